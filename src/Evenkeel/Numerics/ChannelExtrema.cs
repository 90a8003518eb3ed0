using System.Numerics;
using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>The smallest and the largest value of each set.</summary>
public static unsafe class ChannelExtrema
{
    /// <summary>Finds the extrema of each set of <paramref name="x"/>; NaN is passed over.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="extrema">Receives one value per set.</param>
    /// <exception cref="ArgumentException"><paramref name="x"/> or <paramref name="extrema"/> does not have the view's length.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, ChannelView view, Span<Extrema> extrema)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<Extrema>(extrema, view.Sets);
        extrema.Fill(Extrema.Empty);
        fixed (T* source = x)
        {
            ChannelReduction.Run(new Formula<T>(source), view, extrema);
        }
    }

    // Both "sums" are minima, of x and of −x.
    private readonly struct Formula<T>(T* x) : IChannelReduction<Extrema>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Start => double.PositiveInfinity;

        public double Shift(int set, nint offset) => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TLanes>(TLanes lanes, nint offset, nint position, WideLanes shift, ref WideLanes first, ref WideLanes second)
            where TLanes : struct, ILanes
        {
            WideLanes value = lanes.Mask(Precision.Load(lanes, x + offset), double.NaN);
            first = WideLanes.MinNumber(first, value);
            second = WideLanes.MinNumber(second, -value);
        }

        public static double Fold(WideLanes lanes) => lanes.MinNumber();

        public static void Merge(ref Extrema result, double count, double shift, double first, double second) =>
            result = Extrema.Merge(result, new Extrema(first, -second));
    }
}
