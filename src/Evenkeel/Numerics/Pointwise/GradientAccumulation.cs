using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Sums in double precision that are added to gradients in single precision.</summary>
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

    /// <summary>weight += Σdy·(x − mean) and bias += Σdy, element by element; an empty span leaves its sums out.</summary>
    public static void Add(ReadOnlySpan<GradientSums> sums, Span<float> weight, Span<float> bias)
    {
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] += (float)sums[i].GradientTimesDeviation;
        }

        for (int i = 0; i < bias.Length; i++)
        {
            bias[i] += (float)sums[i].Gradient;
        }
    }
}
