using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Computes the Yeo–Johnson transform of each column, its inverse and its moments, in double precision.</summary>
internal static unsafe class YeoJohnsonKernel
{
    /// <summary>Computes y = (d(x) − mean)/deviation.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="curves">The curve d of each column, its mean and deviation.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <returns>The index of the first infinite element; −1 if there is none.</returns>
    public static int Apply<T>(ReadOnlySpan<T> x, ChannelView view, PowerCurves curves, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<T>(y, view.Length);
        int infinite = FirstInfinity.None;
        fixed (T* source = x, destination = y)
        fixed (double* values = curves.Values)
        {
            var pointers = new Pointers(values, curves.Stride);
            ChannelMap.Run<Forward<T>, Coefficients>(new Forward<T>(source, pointers, destination, &infinite), view);
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Computes the inverse of <see cref="Apply"/>.</summary>
    /// <remarks>Where y lies at or beyond the bound that d approaches for large x, x is infinite.</remarks>
    /// <param name="y">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="curves">The curve d of each column, its mean and deviation.</param>
    /// <param name="x">Receives the result; may be <paramref name="y"/> itself.</param>
    /// <returns>The index of the first infinite element; −1 if there is none.</returns>
    public static int Invert<T>(ReadOnlySpan<T> y, ChannelView view, PowerCurves curves, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(y, view.Length);
        SpanChecks.Length<T>(x, view.Length);
        int infinite = FirstInfinity.None;
        fixed (T* source = y, destination = x)
        fixed (double* values = curves.Values)
        {
            var pointers = new Pointers(values, curves.Stride);
            ChannelMap.Run<Inverse<T>, Coefficients>(new Inverse<T>(source, pointers, destination, &infinite), view);
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Computes Σw·d and Σw·d² of each column, ignoring NaN.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty if all are 1.</param>
    /// <param name="curves">The curve d of each column; its mean and deviation have no effect.</param>
    /// <param name="sums">Receives both sums of each column.</param>
    public static void Sum<T>(
        ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, PowerCurves curves, Span<DeviationSums> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<DeviationSums>(sums, view.Channels);
        fixed (T* source = x)
        fixed (double* weight = weights)
        fixed (double* values = curves.Values)
        {
            var pointers = new Pointers(values, curves.Stride);
            ChannelReduction.Run(new SumFormula<T>(source, view, new RowWeights(weight, view.Inner > 1), pointers), view, sums);
        }
    }

    /// <summary>The parameters of all curves: <see cref="PowerCurves.Values"/>.</summary>
    private readonly struct Pointers(double* values, int stride)
    {
        private readonly double* _sign = values;
        private readonly double* _distance = values + stride;
        private readonly double* _power = values + 2 * stride;
        private readonly double* _powerBeyond = values + 3 * stride;
        private readonly double* _factor = values + 4 * stride;
        private readonly double* _offset = values + 5 * stride;
        private readonly double* _mean = values + 6 * stride;
        private readonly double* _deviation = values + 7 * stride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients Of(int set) => new(
            Double16.Create(_sign[set]),
            Double16.Create(_distance[set]),
            Double16.Create(_power[set]),
            Double16.Create(_powerBeyond[set]),
            Double16.Create(_factor[set]),
            Double16.Create(_offset[set]),
            Double16.Create(_mean[set]),
            Double16.Create(_deviation[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From(int set) => new(
            Double16.Load(_sign + set),
            Double16.Load(_distance + set),
            Double16.Load(_power + set),
            Double16.Load(_powerBeyond + set),
            Double16.Load(_factor + set),
            Double16.Load(_offset + set),
            Double16.Load(_mean + set),
            Double16.Load(_deviation + set));
    }

    /// <summary>The parameters of the curves of sixteen lanes, with d and its inverse.</summary>
    private readonly record struct Coefficients(
        Double16 Sign,
        Double16 Distance,
        Double16 Power,
        Double16 PowerBeyond,
        Double16 Factor,
        Double16 Offset,
        Double16 Mean,
        Double16 Deviation)
    {
        private static Double16 One => Double16.Create(1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Value(Double16 x)
        {
            Double16 isNear = Double16.AtMost(default, Sign * x);
            Double16 a = Double16.Abs(x), b = Distance & isNear;
            Double16 power = Double16.Select(isNear, Power, PowerBeyond);

            // ln((1 + a)/(1 + b)) from the difference, which is exact if a and b are close; the ratio is never negative.
            Double16 difference = a - b;
            Double16 isBelow = Double16.AtMost(a, b);
            Double16 ratio = Double16.Abs(difference) / (One + Double16.Select(isBelow, a, b));
            Double16 r = Double16.LogOfSum(One, ratio);
            r = Double16.Select(isBelow, -r, r);
            Double16 e = Double16.Select(Double16.IsZero(power), r, Double16.ExpMinus(power * r, One) / power);
            return Sign * Double16.Select(isNear, e, -Double16.FusedMultiplyAdd(e, Factor, Offset));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Argument(Double16 d)
        {
            Double16 signed = Sign * d;
            Double16 isNear = Double16.AtMost(-Offset, signed);
            Double16 power = Double16.Select(isNear, Power, PowerBeyond);
            Double16 b = Distance & isNear;
            Double16 e = Double16.Select(isNear, signed, -(signed + Offset) / Factor);

            // At −1 and below, the logarithm is infinite.
            Double16 product = power * e;
            product = Double16.Select(Double16.AtMost(product, Double16.Create(-1)), Double16.Create(-1), product);
            Double16 r = Double16.Select(Double16.IsZero(power), e, Double16.LogOfSum(One, product) / power);
            Double16 a = Double16.FusedMultiplyAdd(One + b, Double16.ExpMinus(r, One), b);
            return Sign * Double16.Select(isNear, a, -a);
        }
    }

    private readonly struct Forward<T>(T* x, Pointers curves, T* y, int* infinite) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Cost => 20;

        public Coefficients Of(int set) => curves.Of(set);

        public Coefficients From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => curves.From(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Coefficients c)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, x + offset);
            FirstInfinity.Note(Double16.Infinities(value), offset, infinite);

            Precision.Store(access, y + offset, (c.Value(value) - c.Mean) / c.Deviation);
        }
    }

    private readonly struct Inverse<T>(T* y, Pointers curves, T* x, int* infinite) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Cost => 20;

        public Coefficients Of(int set) => curves.Of(set);

        public Coefficients From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => curves.From(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Coefficients c)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, y + offset);
            FirstInfinity.Note(Double16.Infinities(value), offset, infinite);

            Precision.Store(access, x + offset, c.Argument(Double16.FusedMultiplyAdd(value, c.Deviation, c.Mean)));
        }
    }

    private readonly struct SumFormula<T>(T* x, ChannelView view, RowWeights weights, Pointers curves) : IChannelReduction<DeviationSums>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Cost => 20;

        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Coefficients curve = view.Inner > 1
                ? curves.Of((int)((offset - position) / view.Inner))
                : curves.From((int)(offset - position * view.Channels));
            Double16 value = Precision.Load(access, x + offset);
            Double16 weight = weights.Load(access, position);

            // In a row of weight 0, d may be infinite.
            Double16 d = Double16.Select(Double16.IsZero(weight), default, curve.Value(value) & Double16.IsNumber(value));
            Double16 weighted = weight * d;
            first += weighted;
            second = Double16.FusedMultiplyAdd(weighted, d, second);
        }

        public static DeviationSums Result(double count, double shift, double first, double second) => new(first, second);
    }
}
