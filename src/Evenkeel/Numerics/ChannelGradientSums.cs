using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>The sums of each set that the backward pass of a normalization needs.</summary>
public static unsafe class ChannelGradientSums
{
    /// <summary>Computes Σ dy and Σ dy·(x − mean) of each set, in double precision.</summary>
    /// <param name="gradient">dy, laid out as <paramref name="view"/> says.</param>
    /// <param name="x">x, laid out likewise.</param>
    /// <param name="view">The shape.</param>
    /// <param name="means">The mean of each set.</param>
    /// <param name="sums">Receives one value per set.</param>
    /// <exception cref="ArgumentException">A span does not have the view's length.</exception>
    public static void Compute(
        ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<double> means, Span<GradientSums> sums)
    {
        SpanChecks.Length(gradient, view.Length);
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(means, view.Sets);
        SpanChecks.Length<GradientSums>(sums, view.Sets);
        sums.Clear();
        fixed (float* gradientSource = gradient, xSource = x)
        fixed (double* meanSource = means)
        {
            ChannelReduction.Run(new Formula(gradientSource, xSource, meanSource), view, sums);
        }
    }

    private readonly struct Formula(float* gradient, float* x, double* means) : IChannelReduction<GradientSums>
    {
        public double Shift(int set, nint offset) => means[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TLanes>(TLanes lanes, nint offset, nint position, WideLanes shift, ref WideLanes first, ref WideLanes second)
            where TLanes : struct, ILanes
        {
            WideLanes dy = WideLanes.Widen(lanes.Load(gradient + offset));
            WideLanes deviation = WideLanes.Widen(lanes.Load(x + offset)) - shift;
            first += dy; // zero beyond the end, and so is what it multiplies
            second = WideLanes.FusedMultiplyAdd(dy, deviation, second);
        }

        public static void Merge(ref GradientSums result, double count, double shift, double first, double second) =>
            result += new GradientSums(first, second);
    }
}
