using Evenkeel.Inference;
using Evenkeel.Models;

namespace Evenkeel.WebService;

/// <summary>A compiled model, which any number of requests use at once.</summary>
/// <param name="Predictor">The predictor.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record ServedModel(Predictor Predictor, DateTimeOffset LoadedAt)
{
    private string Shapes => $"{Text(Predictor.InputShape)} to {Text(Predictor.OutputShape)}";

    /// <summary>Loads and compiles a model file.</summary>
    public static ServedModel Load(string path)
    {
        // One thread per request: the requests themselves are the parallel work.
        Predictor predictor = ModelFile.Load(path).Compile(new PredictorOptions { Threads = 1 });
        return new ServedModel(predictor, DateTimeOffset.UtcNow);
    }

    /// <summary>Throws if another model has other shapes, which clients of this one do not expect.</summary>
    public void CheckSameShapes(ServedModel other)
    {
        if (Shapes != other.Shapes)
        {
            throw new InvalidDataException(
                $"It maps {other.Shapes}; the model being served maps {Shapes}. Restart the service to change shapes.");
        }
    }

    private static string Text(ReadOnlySpan<nint> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
