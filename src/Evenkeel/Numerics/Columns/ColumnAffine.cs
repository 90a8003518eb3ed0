using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Applies an affine map to each column, as feature scalers do; computes in double precision for every type of element.</summary>
internal static unsafe class ColumnAffine
{
    /// <summary>Bytes from which a result does not fit a cache: it is streamed past, without being read from memory first.</summary>
    private const long LargeResult = 32 * 1024 * 1024;

    /// <summary>Computes y = (x − center)/scale + shift, clipped to limits.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="map">The coefficients, one of each per set.</param>
    /// <param name="limits">The range to which the result is clipped; null for no clipping. NaN stays NaN.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <returns>The index of the first infinite element; −1 if there is none.</returns>
    public static int Apply<T>(ReadOnlySpan<T> x, ChannelView view, in ColumnMap map, (double Low, double High)? limits, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => limits is { } ends
            ? Run(new Clipped<T>(ends.Low, ends.High), x, view, map, y)
            : Run(default(Forward<T>), x, view, map, y);

    /// <summary>1/scale, by which elements in single precision are multiplied. If it overflowed, it would make NaN of 0.</summary>
    public static double Reciprocal(double scale) => Math.Min(1 / scale, double.MaxValue);

    /// <summary>Computes x = (y − shift)·scale + center.</summary>
    /// <param name="y">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="map">The coefficients, one of each per set.</param>
    /// <param name="x">Receives the result; may be <paramref name="y"/> itself.</param>
    /// <returns>The index of the first infinite element; −1 if there is none.</returns>
    public static int Invert<T>(ReadOnlySpan<T> y, ChannelView view, in ColumnMap map, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Run(default(Inverse), y, view, map, x);

    private static int Run<T, TFormula>(TFormula formula, ReadOnlySpan<T> input, ChannelView view, in ColumnMap map, Span<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IFormula
    {
        Check(input, view, map, output);
        if (view.Length == 0)
        {
            return -1;
        }

        int infinite = FirstInfinity.None;
        fixed (T* source = input, destination = output)
        {
            if (view.Inner == 1)
            {
                bool isStreamed = (long)view.Length * sizeof(T) >= LargeResult && (nint)destination % sizeof(T) == 0;
                RowByRow(formula, source, view.Length, map, destination, isStreamed, &infinite);
            }
            else
            {
                fixed (double* centers = map.Center, scales = Prepared<TFormula>(map.Scale), shifts = map.Shift)
                {
                    ChannelMap.Run<Columns<T, TFormula>, Coefficients>(
                        new Columns<T, TFormula>(formula, source, destination, centers, scales, shifts, &infinite), view);
                }
            }
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Maps a row-major table as one long run whose coefficients repeat, aligned to cache lines.</summary>
    private static void RowByRow<T, TFormula>(
        TFormula formula, T* input, int length, in ColumnMap map, T* output, bool isStreamed, int* infinite)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IFormula
    {
        int columns = map.Center.Length, period = columns + FullVector.Count - 1;
        double[] repeated = new double[3 * period];
        Repeat(map.Center, repeated.AsSpan(0, period));
        Repeat(Prepared<TFormula>(map.Scale), repeated.AsSpan(period, period));
        Repeat(map.Shift, repeated.AsSpan(2 * period));
        nint head = Math.Min(length, -((nint)output / sizeof(T)) & (64 / sizeof(T) - 1));
        fixed (double* values = repeated)
        {
            var coefficients = new RepeatedCoefficients(values, columns);
            if (head > 0)
            {
                new Rows<T, TFormula>(formula, input, output, coefficients, 0, false, infinite).Invoke(new MaskedVector((int)head), 0);
            }

            Elementwise.Run(new Rows<T, TFormula>(formula, input, output, coefficients, head, isStreamed, infinite), length - head);
        }

        // Makes streamed elements visible to whoever learns of them from this thread; the worker threads synchronize by a lock.
        Thread.MemoryBarrier();
    }

    private static double[] Prepared<TFormula>(ReadOnlySpan<double> scales)
        where TFormula : struct, IFormula
    {
        var prepared = new double[scales.Length];
        for (int i = 0; i < prepared.Length; i++)
        {
            prepared[i] = TFormula.Prepare(scales[i]);
        }

        return prepared;
    }

    private static void Repeat(ReadOnlySpan<double> values, Span<double> repeated)
    {
        for (int i = 0; i < repeated.Length; i++)
        {
            repeated[i] = values[i % values.Length];
        }
    }

    private static void Check<T>(ReadOnlySpan<T> input, ChannelView view, in ColumnMap map, Span<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(input, view.Length);
        SpanChecks.Length<T>(output, view.Length);
        SpanChecks.Length(map.Center, view.Sets);
        SpanChecks.Length(map.Scale, view.Sets);
        SpanChecks.Length(map.Shift, view.Sets);
    }

    private readonly record struct Coefficients(Double16 Center, Double16 Scale, Double16 Shift);

    /// <summary>The formula of a map, in double precision.</summary>
    private interface IFormula
    {
        /// <summary>Converts a scale to the form that <see cref="Value"/> takes.</summary>
        static virtual double Prepare(double scale) => scale;

        Double16 Value(Double16 value, in Coefficients c);
    }

    private readonly struct Forward<T> : IFormula
    {
        // Rounded to single precision, a product with the reciprocal is as good as the quotient, and much faster.
        public static double Prepare(double scale) => typeof(T) == typeof(float) ? Reciprocal(scale) : scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Value(Double16 value, in Coefficients c) => typeof(T) == typeof(float)
            ? Double16.FusedMultiplyAdd(value - c.Center, c.Scale, c.Shift)
            : (value - c.Center) / c.Scale + c.Shift;
    }

    private readonly struct Clipped<T>(double low, double high) : IFormula
    {
        public static double Prepare(double scale) => Forward<T>.Prepare(scale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Value(Double16 value, in Coefficients c) =>
            Double16.Clamp(default(Forward<T>).Value(value, c), Double16.Create(low), Double16.Create(high));
    }

    private readonly struct Inverse : IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Value(Double16 value, in Coefficients c) => Double16.FusedMultiplyAdd(value - c.Shift, c.Scale, c.Center);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Double16 Value<T, TFormula, TAccess>(
        TFormula formula, TAccess access, T* source, nint offset, in Coefficients c, int* infinite)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IFormula
        where TAccess : struct, IVectorAccess
    {
        FirstInfinity.Note(Precision.Infinities(access, source + offset), offset, infinite);
        return formula.Value(Precision.Load(access, source + offset), c);
    }

    /// <summary>The coefficients of neighbouring elements that lie row after row: each repeats with the columns.</summary>
    private readonly struct RepeatedCoefficients(double* values, int columns)
    {
        /// <summary>The coefficients of the sixteen elements from <paramref name="element"/> on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients At(nint element)
        {
            double* centers = values + (uint)element % (uint)columns;
            double* scales = centers + columns + FullVector.Count - 1;
            double* shifts = scales + columns + FullVector.Count - 1;
            return new Coefficients(Double16.Load(centers), Double16.Load(scales), Double16.Load(shifts));
        }
    }

    private readonly struct Rows<T, TFormula>(
        TFormula formula, T* input, T* output, RepeatedCoefficients coefficients, nint head, bool isStreamed, int* infinite) : IElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            nint element = head + offset;
            Double16 value = Value(formula, access, input, element, coefficients.At(element), infinite);
            if (isStreamed && typeof(TAccess) == typeof(FullVector))
            {
                Precision.Store(default(NonTemporalVector), output + element, value);
            }
            else
            {
                Precision.Store(access, output + element, value);
            }
        }
    }

    private readonly struct Columns<T, TFormula>(
        TFormula formula, T* input, T* output, double* center, double* scale, double* shift, int* infinite) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFormula : struct, IFormula
    {
        public Coefficients Of(int set) =>
            new(Double16.Create(center[set]), Double16.Create(scale[set]), Double16.Create(shift[set]));

        public Coefficients From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess =>
            new(access.Load(center + set), access.Load(scale + set), access.Load(shift + set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Coefficients c)
            where TAccess : struct, IVectorAccess =>
            Precision.Store(access, output + offset, Value(formula, access, input, offset, c, infinite));
    }
}
