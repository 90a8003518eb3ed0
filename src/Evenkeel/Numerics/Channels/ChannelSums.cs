using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The sum of each set: the gradient of a bias.</summary>
public static unsafe class ChannelSums
{
    /// <summary>Computes Σ x of each set, in double precision.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="sums">Receives one value per set.</param>
    /// <exception cref="ArgumentException">A span does not have the view's length.</exception>
    public static void Compute(ReadOnlySpan<float> x, ChannelView view, Span<double> sums)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<double>(sums, view.Sets);
        sums.Clear();
        fixed (float* source = x)
        {
            ChannelReduction.Run(new Formula(source), view, sums);
        }
    }

    private readonly struct Formula(float* x) : IChannelReduction<double>
    {
        public double Shift(int set, nint offset) => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TLanes>(TLanes lanes, nint offset, nint position, WideLanes shift, ref WideLanes first, ref WideLanes second)
            where TLanes : struct, ILanes => first += lanes.Widen(x + offset);

        public static void Merge(ref double result, double count, double shift, double first, double second) => result += first;
    }
}
