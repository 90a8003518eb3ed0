using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Adds sums in double precision to gradients in single precision.</summary>
internal static class GradientAccumulation
{
    /// <summary>gradient += sums, element by element.</summary>
    public static void Add(ReadOnlySpan<double> sums, Span<float> gradient)
    {
        SpanChecks.Length(sums, gradient.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] += (float)sums[i];
        }
    }
}
