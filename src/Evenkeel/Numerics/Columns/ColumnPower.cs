using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>The Yeo–Johnson transform of each column, its inverse and its moments, in double precision whatever the elements are.</summary>
internal static unsafe class ColumnPower
{
    /// <summary>Computes y = (d(x) − mean)/deviation, and returns the index of the first infinite element, −1 without one.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="curves">The curve d of each column, its mean and deviation.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    public static int Apply<T>(ReadOnlySpan<T> x, ChannelView view, PowerCurves curves, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<T>(y, view.Length);
        int infinite = FirstInfinity.None;
        fixed (T* source = x, destination = y)
        fixed (double* sign = curves.Sign, distance = curves.Distance, power = curves.Power, powerBeyond = curves.PowerBeyond)
        fixed (double* factor = curves.FactorBeyond, offset = curves.OffsetBeyond, mean = curves.Mean, deviation = curves.Deviation)
        {
            var pointers = new Pointers(sign, distance, power, powerBeyond, factor, offset, mean, deviation);
            ChannelMap.Run<Forward<T>, Coefficients>(new Forward<T>(source, pointers, destination, &infinite), view);
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Computes the x of which <see cref="Apply"/> makes y, and returns the index of the first infinite element, −1 without one.</summary>
    /// <remarks>Where y lies at or beyond the bound that d approaches for large x, x is infinite.</remarks>
    public static int Invert<T>(ReadOnlySpan<T> y, ChannelView view, PowerCurves curves, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(y, view.Length);
        SpanChecks.Length<T>(x, view.Length);
        int infinite = FirstInfinity.None;
        fixed (T* source = y, destination = x)
        fixed (double* sign = curves.Sign, distance = curves.Distance, power = curves.Power, powerBeyond = curves.PowerBeyond)
        fixed (double* factor = curves.FactorBeyond, offset = curves.OffsetBeyond, mean = curves.Mean, deviation = curves.Deviation)
        {
            var pointers = new Pointers(sign, distance, power, powerBeyond, factor, offset, mean, deviation);
            ChannelMap.Run<Inverse<T>, Coefficients>(new Inverse<T>(source, pointers, destination, &infinite), view);
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Computes Σw·d and Σw·d² of each column, without the elements that are NaN.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty where all are 1.</param>
    /// <param name="curves">The curve d of each column; mean and deviation do not matter.</param>
    /// <param name="sums">Receives both sums of each column.</param>
    public static void Sum<T>(
        ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, PowerCurves curves, Span<DeviationSums> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<DeviationSums>(sums, view.Channels);
        sums.Clear();
        fixed (T* source = x)
        fixed (double* weight = weights)
        fixed (double* sign = curves.Sign, distance = curves.Distance, power = curves.Power, powerBeyond = curves.PowerBeyond)
        fixed (double* factor = curves.FactorBeyond, offset = curves.OffsetBeyond, mean = curves.Mean, deviation = curves.Deviation)
        {
            var pointers = new Pointers(sign, distance, power, powerBeyond, factor, offset, mean, deviation);
            ChannelReduction.Run(new SumFormula<T>(source, view, new RowWeights(weight, view.Inner > 1), pointers), view, sums);
        }
    }

    private readonly struct Pointers(
        double* sign, double* distance, double* power, double* powerBeyond, double* factor, double* offset, double* mean, double* deviation)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients Of(int set) => new(
            WideLanes.Create(sign[set]),
            WideLanes.Create(distance[set]),
            WideLanes.Create(power[set]),
            WideLanes.Create(powerBeyond[set]),
            WideLanes.Create(factor[set]),
            WideLanes.Create(offset[set]),
            WideLanes.Create(mean[set]),
            WideLanes.Create(deviation[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From(int set) => new(
            WideLanes.Load(sign + set),
            WideLanes.Load(distance + set),
            WideLanes.Load(power + set),
            WideLanes.Load(powerBeyond + set),
            WideLanes.Load(factor + set),
            WideLanes.Load(offset + set),
            WideLanes.Load(mean + set),
            WideLanes.Load(deviation + set));
    }

    /// <summary>The curve, in vectors: d and its inverse.</summary>
    private readonly record struct Coefficients(
        WideLanes Sign,
        WideLanes Distance,
        WideLanes Power,
        WideLanes PowerBeyond,
        WideLanes Factor,
        WideLanes Offset,
        WideLanes Mean,
        WideLanes Deviation)
    {
        private static WideLanes One => WideLanes.Create(1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public WideLanes Value(WideLanes x)
        {
            WideLanes isNear = WideLanes.AtMost(default, Sign * x);
            WideLanes a = WideLanes.Abs(x), b = Distance & isNear;
            WideLanes power = WideLanes.Select(isNear, Power, PowerBeyond);

            // ln((1 + a)/(1 + b)) of the difference, which is exact where a and b are close; its argument is never negative.
            WideLanes difference = a - b;
            WideLanes isBelow = WideLanes.AtMost(a, b);
            WideLanes ratio = WideLanes.Abs(difference) / (One + WideLanes.Select(isBelow, a, b));
            WideLanes r = WideLanes.LogOfSum(One, ratio);
            r = WideLanes.Select(isBelow, -r, r);
            WideLanes e = WideLanes.Select(WideLanes.IsZero(power), r, WideLanes.ExpMinus(power * r, One) / power);
            return Sign * WideLanes.Select(isNear, e, -WideLanes.FusedMultiplyAdd(e, Factor, Offset));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public WideLanes Argument(WideLanes d)
        {
            WideLanes signed = Sign * d;
            WideLanes isNear = WideLanes.AtMost(-Offset, signed);
            WideLanes power = WideLanes.Select(isNear, Power, PowerBeyond);
            WideLanes b = Distance & isNear;
            WideLanes e = WideLanes.Select(isNear, signed, -(signed + Offset) / Factor);

            // At −1, and beyond it, the logarithm is infinite.
            WideLanes product = power * e;
            product = WideLanes.Select(WideLanes.AtMost(product, WideLanes.Create(-1)), WideLanes.Create(-1), product);
            WideLanes r = WideLanes.Select(WideLanes.IsZero(power), e, WideLanes.LogOfSum(One, product) / power);
            WideLanes a = WideLanes.FusedMultiplyAdd(One + b, WideLanes.ExpMinus(r, One), b);
            return Sign * WideLanes.Select(isNear, a, -a);
        }
    }

    private readonly struct Forward<T>(T* x, Pointers curves, T* y, int* infinite) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Coefficients Of(int set) => curves.Of(set);

        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes => curves.From(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes
        {
            WideLanes value = Precision.Load(lanes, x + offset);
            FirstInfinity.Note(WideLanes.Infinities(value), offset, infinite);

            Precision.Store(lanes, y + offset, (c.Value(value) - c.Mean) / c.Deviation);
        }
    }

    private readonly struct Inverse<T>(T* y, Pointers curves, T* x, int* infinite) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Coefficients Of(int set) => curves.Of(set);

        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes => curves.From(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes
        {
            WideLanes value = Precision.Load(lanes, y + offset);
            FirstInfinity.Note(WideLanes.Infinities(value), offset, infinite);

            Precision.Store(lanes, x + offset, c.Argument(WideLanes.FusedMultiplyAdd(value, c.Deviation, c.Mean)));
        }
    }

    private readonly struct SumFormula<T>(T* x, ChannelView view, RowWeights weights, Pointers curves) : IChannelReduction<DeviationSums>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public double Shift(int set, nint offset) => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TLanes>(TLanes lanes, nint offset, nint position, WideLanes shift, ref WideLanes first, ref WideLanes second)
            where TLanes : struct, ILanes
        {
            Coefficients curve = view.Inner > 1
                ? curves.Of((int)((offset - position) / view.Inner))
                : curves.From((int)(offset - position * view.Channels));
            WideLanes value = Precision.Load(lanes, x + offset);
            WideLanes weight = weights.Load(lanes, position);

            // In a row that does not count, d may be infinite.
            WideLanes d = WideLanes.Select(WideLanes.IsZero(weight), default, curve.Value(value) & WideLanes.IsNumber(value));
            WideLanes weighted = weight * d;
            first += weighted;
            second = WideLanes.FusedMultiplyAdd(weighted, d, second);
        }

        public static void Merge(ref DeviationSums result, double count, double shift, double first, double second) =>
            result = new DeviationSums(result.Deviations + first, result.Squares + second);
    }
}
