using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Models;

namespace Evenkeel.WebService;

/// <summary>A compiled model, which any number of requests use at once.</summary>
/// <param name="Predictor">The predictor.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record ServedModel(Predictor Predictor, DateTimeOffset LoadedAt)
{
    /// <summary>Loads and compiles a model file.</summary>
    public static ServedModel Load(string path)
    {
        // One thread per request: the requests themselves are the parallel work.
        Predictor predictor = ModelFile.Load(path).Compile(new PredictorOptions { Threads = 1 });
        float[] output = new float[predictor.OutputLength];
        predictor.Predict(new float[predictor.InputLength], output, batch: 1);
        if (!TensorPrimitives.IsFiniteAll<float>(output))
        {
            throw new InvalidDataException("Its outputs for zeros are infinite or not numbers, as after training that diverged.");
        }

        return new ServedModel(predictor, DateTimeOffset.UtcNow);
    }

    /// <summary>Throws if another model has other shapes, which clients of this one do not expect.</summary>
    public void CheckSameShapes(ServedModel other)
    {
        if (!Predictor.InputShape.SequenceEqual(other.Predictor.InputShape)
            || !Predictor.OutputShape.SequenceEqual(other.Predictor.OutputShape))
        {
            throw new InvalidDataException(
                $"It maps {Shapes(other)}; the model being served maps {Shapes(this)}. Restart the service to change shapes.");
        }
    }

    private static string Shapes(ServedModel model) => $"{Text(model.Predictor.InputShape)} to {Text(model.Predictor.OutputShape)}";

    private static string Text(ReadOnlySpan<nint> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
