using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Computes the smallest and the largest value of each set.</summary>
internal static unsafe class ChannelExtrema
{
    /// <summary>Computes the extrema of each set of <paramref name="x"/>, ignoring NaN.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="extrema">Receives one value per set.</param>
    /// <exception cref="ArgumentException"><paramref name="x"/> does not have the view's length.</exception>
    /// <exception cref="ArgumentException"><paramref name="extrema"/> does not have one element per set.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, ChannelView view, Span<Extrema> extrema)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<Extrema>(extrema, view.Sets);
        fixed (T* source = x)
        {
            ChannelReduction.Run(new Formula<T>(source), view, extrema);
        }
    }

    /// <summary>Computes the extrema of each column of a table, ignoring NaN and rows of weight 0.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row.</param>
    /// <param name="extrema">Receives one value per column.</param>
    internal static void Compute<T>(ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, Span<Extrema> extrema)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(weights, view.PerSet);
        SpanChecks.Length<Extrema>(extrema, view.Sets);
        fixed (T* source = x)
        fixed (double* weight = weights)
        {
            ChannelReduction.Run(new WeightedFormula<T>(source, new RowWeights(weight, view.Inner > 1)), view, extrema);
        }
    }

    // Both "sums" are minima, of x and of −x.
    private readonly struct Formula<T>(T* x) : IChannelReduction<Extrema>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Start => double.PositiveInfinity;

        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess =>
            Take(access.Mask(Precision.Load(access, x + offset), double.NaN), ref first, ref second);

        public static double Fold(Double16 lanes) => lanes.MinNumber();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Merge(ref LaneSums merged, double before, in LaneSums block, double count)
        {
            merged.First = Double16.MinNumber(merged.First, block.First);
            merged.Second = Double16.MinNumber(merged.Second, block.Second);
        }

        public static Extrema Result(double count, double shift, double first, double second) => new(first, -second);
    }

    private readonly struct WeightedFormula<T>(T* x, RowWeights weights) : IChannelReduction<Extrema>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Start => Formula<T>.Start;

        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        // Lanes beyond the end have weight 0.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess =>
            Take(
                Double16.Select(
                    Double16.IsZero(weights.Load(access, position)), Double16.Create(double.NaN), Precision.Load(access, x + offset)),
                ref first,
                ref second);

        public static double Fold(Double16 lanes) => Formula<T>.Fold(lanes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Merge(ref LaneSums merged, double before, in LaneSums block, double count) =>
            Formula<T>.Merge(ref merged, before, block, count);

        public static Extrema Result(double count, double shift, double first, double second) =>
            Formula<T>.Result(count, shift, first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Double16 value, ref Double16 first, ref Double16 second)
    {
        first = Double16.MinNumber(first, value);
        second = Double16.MinNumber(second, -value);
    }
}
