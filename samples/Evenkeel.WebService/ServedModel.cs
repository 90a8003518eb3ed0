using Evenkeel.Inference;
using Evenkeel.Models;

namespace Evenkeel.WebService;

/// <summary>A compiled model, which any number of requests use at once.</summary>
/// <param name="Predictor">The predictor.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record ServedModel(Predictor Predictor, DateTimeOffset LoadedAt)
{
    /// <summary>Loads and compiles a model file.</summary>
    public static ServedModel Load(string path) =>
        new(ModelFile.Load(path).Compile(new PredictorOptions { Threads = 1 }), DateTimeOffset.UtcNow); // requests are the parallel work

    /// <summary>Throws if another model takes or gives other shapes, which clients of this one do not expect.</summary>
    public void CheckSameShapes(ServedModel other)
    {
        if (Shapes != other.Shapes)
        {
            throw new InvalidDataException($"It maps {other.Shapes}; the model being served maps {Shapes}. Restart the service to change this.");
        }
    }

    private string Shapes => $"[{string.Join(", ", Predictor.InputShape.ToArray())}] to [{string.Join(", ", Predictor.OutputShape.ToArray())}]";
}
