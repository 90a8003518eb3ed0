using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The sums of each set that the backward pass of layer normalization needs, where weights differ from element to element.</summary>
internal static unsafe class RowGradientSums
{
    /// <summary>Computes Σ dy·weight and Σ dy·weight·(x − mean) of each set, in double precision.</summary>
    /// <param name="gradient">dy, laid out as <paramref name="view"/> says.</param>
    /// <param name="x">x, laid out likewise.</param>
    /// <param name="view">The shape, of one channel: each part is a set.</param>
    /// <param name="means">The mean of each set.</param>
    /// <param name="weight">The weights, one per position within a set.</param>
    /// <param name="sums">Receives one value per set.</param>
    public static void Compute(
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<double> means,
        ReadOnlySpan<float> weight,
        Span<GradientSums> sums)
    {
        Check(gradient, x, view, means, weight, sums);
        sums.Clear();
        fixed (float* dy = gradient, xs = x, weights = weight)
        fixed (double* mean = means)
        {
            ChannelReduction.Run(new Formula(dy, xs, mean, weights), view, sums);
        }
    }

    /// <summary>Throws where a span does not have the view's length.</summary>
    public static void Check(
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<double> means,
        ReadOnlySpan<float> weight,
        Span<GradientSums> sums)
    {
        view.CheckRows(nameof(view));
        SpanChecks.Length(gradient, view.Length);
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(means, view.Sets);
        SpanChecks.Length(weight, view.Inner);
        SpanChecks.Length<GradientSums>(sums, view.Sets);
    }

    internal readonly struct Formula(float* gradient, float* x, double* means, float* weight) : IChannelReduction<GradientSums>
    {
        public static int Tensors => 2;

        public double Shift(int set, nint offset) => means[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 dy = access.Widen(gradient + offset) * access.Widen(weight + position);
            Double16 deviation = access.Widen(x + offset) - shift;
            first += dy; // zero beyond the end, and so is what it multiplies
            second = Double16.FusedMultiplyAdd(dy, deviation, second);
        }

        public static void Merge(ref GradientSums result, double count, double shift, double first, double second) =>
            result += new GradientSums(first, second);
    }
}
