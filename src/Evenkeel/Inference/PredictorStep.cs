namespace Evenkeel.Inference;

/// <summary>A step of a <see cref="Predictor"/>.</summary>
/// <param name="Path">The path of the layer that it came from, as in <c>NamedLayers</c>; "input" and "output" for copies of these.</param>
/// <param name="Kind">What it does: "convolution + residual + relu".</param>
/// <param name="OutputShape">The shape of a sample of its output.</param>
/// <param name="WeightBytes">The size of its packed weights in bytes.</param>
/// <param name="Absorbed">The paths of the layers that were folded or fused into it.</param>
public sealed record PredictorStep(
    string Path, string Kind, IReadOnlyList<nint> OutputShape, long WeightBytes, IReadOnlyList<string> Absorbed);
