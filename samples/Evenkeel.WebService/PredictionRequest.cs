using System.Numerics.Tensors;

namespace Evenkeel.WebService;

/// <summary>The body of <c>POST /predict</c>.</summary>
/// <param name="Inputs">The samples, each with all its elements, row by row.</param>
internal sealed record PredictionRequest(float[][] Inputs)
{
    /// <summary>Returns what is wrong with the samples, or null.</summary>
    /// <param name="length">The elements of a sample.</param>
    /// <param name="maxSamples">The samples of a request at most.</param>
    public string? Problem(int length, int maxSamples)
    {
        if (Inputs.Length == 0 || Inputs.Length > maxSamples)
        {
            return $"inputs has length {Inputs.Length}; a request has 1 to {maxSamples} samples.";
        }

        for (int i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i] is not { } sample)
            {
                return $"inputs[{i}] is null.";
            }

            if (sample.Length != length)
            {
                return $"inputs[{i}] has length {sample.Length}; the model takes {length} numbers.";
            }

            if (!TensorPrimitives.IsFiniteAll<float>(sample))
            {
                return $"inputs[{i}] has a number beyond the range of single precision.";
            }
        }

        return null;
    }
}
