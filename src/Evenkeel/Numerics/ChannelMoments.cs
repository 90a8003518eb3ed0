using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>The moments of each set.</summary>
public static unsafe class ChannelMoments
{
    /// <summary>Computes count, mean and sum of squared deviations of each set of <paramref name="x"/>.</summary>
    /// <remarks>
    /// One sweep in double precision. Each block of up to 4,096 elements is summed relative to its first element s:
    /// with d = x − s, mean = s + Σd/n and Σ(x − mean)² = Σd² − (Σd)²/n. Since s is an element of the block,
    /// (s − mean)² ≤ Σ(x − mean)², so that the subtraction loses no more than a factor n of double precision,
    /// whatever the data: 1e4 ± 0.01 and ±1e30 come out right to single precision and far beyond, and no result falls below
    /// zero.
    /// </remarks>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="moments">Receives one value per set.</param>
    /// <exception cref="ArgumentException"><paramref name="x"/> or <paramref name="moments"/> does not have the view's length.</exception>
    public static void Compute(ReadOnlySpan<float> x, ChannelView view, Span<Moments> moments)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<Moments>(moments, view.Sets);
        moments.Clear();
        fixed (float* source = x)
        {
            ChannelReduction.Run(new Formula(source), view, moments);
        }
    }

    private readonly struct Formula(float* x) : IChannelReduction<Moments>
    {
        public double Shift(int set, nint offset) => x[offset];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TLanes>(TLanes lanes, nint offset, nint position, WideLanes shift, ref WideLanes first, ref WideLanes second)
            where TLanes : struct, ILanes
        {
            WideLanes deviation = lanes.Mask(WideLanes.Widen(lanes.Load(x + offset)) - shift);
            first += deviation;
            second = WideLanes.FusedMultiplyAdd(deviation, deviation, second);
        }

        public static void Merge(ref Moments result, double count, double shift, double first, double second) =>
            result = Moments.Merge(result, Moments.FromSums(count, shift, first, second));
    }
}
