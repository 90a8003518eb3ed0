using System.Numerics;
using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>The affine map of each column that feature scalers apply, in double precision whatever the elements are.</summary>
internal static unsafe class ColumnRescale
{
    /// <summary>Computes y = (x − center)/scale + shift within limits, and returns the index of the first infinite element, −1 without one.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="map">The coefficients, one of each per set.</param>
    /// <param name="limits">What the result is clipped to; null where it is not. NaN stays.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    public static int Apply<T>(ReadOnlySpan<T> x, ChannelView view, in ColumnMap map, (double Low, double High)? limits, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(x, view, map, y);
        int infinite = FirstInfinity.None;
        fixed (T* xs = x, ys = y)
        fixed (double* centers = map.Center, scales = map.Scale, shifts = map.Shift)
        {
            if (limits is null)
            {
                ChannelMap.Run<Forward<T>, Coefficients>(new Forward<T>(xs, centers, scales, shifts, ys, &infinite), view);
            }
            else
            {
                (double low, double high) = limits.Value;
                ChannelMap.Run<Clipped<T>, Coefficients>(
                    new Clipped<T>(new Forward<T>(xs, centers, scales, shifts, ys, &infinite), ys, low, high), view);
            }
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Computes x = (y − shift)·scale + center, and returns the index of the first infinite element, −1 without one.</summary>
    /// <param name="y">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="map">The coefficients, one of each per set.</param>
    /// <param name="x">Receives the result; may be <paramref name="y"/> itself.</param>
    public static int Invert<T>(ReadOnlySpan<T> y, ChannelView view, in ColumnMap map, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(y, view, map, x);
        int infinite = FirstInfinity.None;
        fixed (T* ys = y, xs = x)
        fixed (double* centers = map.Center, scales = map.Scale, shifts = map.Shift)
        {
            ChannelMap.Run<Inverse<T>, Coefficients>(new Inverse<T>(ys, centers, scales, shifts, xs, &infinite), view);
        }

        return FirstInfinity.Index(infinite);
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

    private readonly record struct Coefficients(WideLanes Center, WideLanes Scale, WideLanes Shift);

    private static Coefficients Of(double* center, double* scale, double* shift, int set) =>
        new(WideLanes.Create(center[set]), WideLanes.Create(scale[set]), WideLanes.Create(shift[set]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Coefficients From<TLanes>(TLanes lanes, double* center, double* scale, double* shift, int set)
        where TLanes : struct, ILanes =>
        new(lanes.Load(center + set), lanes.Load(scale + set), lanes.Load(shift + set));

    private readonly struct Forward<T>(T* x, double* center, double* scale, double* shift, T* y, int* infinite)
        : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Coefficients Of(int set) => Prepared(ColumnRescale.Of(center, scale, shift, set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes =>
            Prepared(ColumnRescale.From(lanes, center, scale, shift, set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes =>
            Precision.Store(lanes, y + offset, Value(lanes, offset, c));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public WideLanes Value<TLanes>(TLanes lanes, nint offset, in Coefficients c)
            where TLanes : struct, ILanes
        {
            WideLanes value = Precision.Load(lanes, x + offset);
            FirstInfinity.Note(Precision.Infinities(lanes, x + offset), offset, infinite);
            return typeof(T) == typeof(float)
                ? WideLanes.FusedMultiplyAdd(value - c.Center, c.Scale, c.Shift)
                : (value - c.Center) / c.Scale + c.Shift;
        }

        // Rounded to single precision, a product with the reciprocal is as good as the quotient, and much faster. A reciprocal that
        // overflows would make NaN of 0.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Coefficients Prepared(in Coefficients c) => typeof(T) == typeof(float)
            ? c with { Scale = WideLanes.MinNumber(WideLanes.Create(1) / c.Scale, WideLanes.Create(double.MaxValue)) }
            : c;
    }

    private readonly struct Clipped<T>(Forward<T> forward, T* y, double low, double high) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Coefficients Of(int set) => forward.Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes =>
            forward.From(lanes, set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes =>
            Precision.Store(
                lanes, y + offset, WideLanes.Clamp(forward.Value(lanes, offset, c), WideLanes.Create(low), WideLanes.Create(high)));
    }

    private readonly struct Inverse<T>(T* y, double* center, double* scale, double* shift, T* x, int* infinite)
        : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Coefficients Of(int set) => ColumnRescale.Of(center, scale, shift, set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TLanes>(TLanes lanes, int set)
            where TLanes : struct, ILanes =>
            ColumnRescale.From(lanes, center, scale, shift, set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in Coefficients c)
            where TLanes : struct, ILanes
        {
            WideLanes value = Precision.Load(lanes, y + offset);
            FirstInfinity.Note(Precision.Infinities(lanes, y + offset), offset, infinite);
            Precision.Store(lanes, x + offset, WideLanes.FusedMultiplyAdd(value - c.Shift, c.Scale, c.Center));
        }
    }
}
