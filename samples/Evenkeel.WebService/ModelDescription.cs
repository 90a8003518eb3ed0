using Evenkeel.Inference;

namespace Evenkeel.WebService;

/// <summary>The answer to <c>GET /model</c>.</summary>
/// <param name="InputShape">The shape of a sample, whose elements a request lists row by row.</param>
/// <param name="OutputShape">The shape of an output.</param>
/// <param name="LoadedAt">When the model was loaded.</param>
/// <param name="Summary">The lines of the predictor's summary.</param>
internal sealed record ModelDescription(long[] InputShape, long[] OutputShape, DateTimeOffset LoadedAt, string[] Summary)
{
    /// <summary>Describes a model.</summary>
    public static ModelDescription Of(ServedModel model)
    {
        Predictor predictor = model.Predictor;
        return new ModelDescription(
            Lengths(predictor.InputShape), Lengths(predictor.OutputShape), model.LoadedAt, predictor.Summary().ToString().Split('\n'));
    }

    private static long[] Lengths(ReadOnlySpan<nint> shape) => Array.ConvertAll(shape.ToArray(), length => (long)length);
}
