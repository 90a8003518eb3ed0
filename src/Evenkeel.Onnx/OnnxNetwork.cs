using Evenkeel.Layers;

namespace Evenkeel.Onnx;

/// <summary>A network that was read from an ONNX file.</summary>
/// <param name="Network">The network: a <c>Sequential</c> where each layer reads the one before, and else a <c>Graph</c>.</param>
/// <param name="SampleShape">The shape of a sample of its input.</param>
/// <param name="Producer">The tool that wrote the file, with its version; empty if the file has none.</param>
/// <param name="Opset">The version of ONNX's operators.</param>
/// <param name="InputName">The name of its input.</param>
/// <param name="OutputName">The name of its output.</param>
/// <param name="Notes">What a reader should know: conventions that were assumed, values that were changed.</param>
public sealed record OnnxNetwork(
    Layer Network,
    IReadOnlyList<nint> SampleShape,
    string Producer,
    int Opset,
    string InputName,
    string OutputName,
    IReadOnlyList<string> Notes);
