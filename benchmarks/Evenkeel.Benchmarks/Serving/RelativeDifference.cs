using System.Numerics.Tensors;
using static System.FormattableString;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>The largest difference of two networks' outputs, relative to the largest output.</summary>
internal static class RelativeDifference
{
    /// <summary>Throws if the difference is larger than a tolerance.</summary>
    public static void Check(float[] outputs, float[] expected, double tolerance)
    {
        var differences = new float[expected.Length];
        TensorPrimitives.Subtract(outputs, expected, differences);
        double difference =
            Math.Abs(TensorPrimitives.MaxMagnitude<float>(differences)) / Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected));
        if (!(difference <= tolerance))
        {
            throw new InvalidOperationException(
                Invariant($"The outputs differ from those of ONNX Runtime by {difference:G3} of the largest."));
        }
    }
}
