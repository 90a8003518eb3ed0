using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics;

/// <summary>Sixteen lanes in double precision: what sums are kept in.</summary>
internal readonly struct WideLanes(Vector512<double> lower, Vector512<double> upper)
{
    public Vector512<double> Lower { get; } = lower;

    public Vector512<double> Upper { get; } = upper;

    /// <summary>The same value in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Create(double value) => new(Vector512.Create(value), Vector512.Create(value));

    /// <summary>Sixteen values from memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe WideLanes Load(double* source) => new(Vector512.Load(source), Vector512.Load(source + 8));

    /// <summary>The exact double-precision values of single-precision lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes Widen(Vector512<float> value)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(value);
        return new WideLanes(lower, upper);
    }

    /// <summary>The lanes rounded to single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Narrow() => Vector512.Narrow(Lower, Upper);

    /// <summary>left · right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes FusedMultiplyAdd(WideLanes left, WideLanes right, WideLanes addend) => new(
        Vector512.FusedMultiplyAdd(left.Lower, right.Lower, addend.Lower),
        Vector512.FusedMultiplyAdd(left.Upper, right.Upper, addend.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator +(WideLanes left, WideLanes right) =>
        new(left.Lower + right.Lower, left.Upper + right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator -(WideLanes left, WideLanes right) =>
        new(left.Lower - right.Lower, left.Upper - right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WideLanes operator *(WideLanes left, WideLanes right) =>
        new(left.Lower * right.Lower, left.Upper * right.Upper);

    /// <summary>Sixteen values to memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store(double* destination)
    {
        Lower.Store(destination);
        Upper.Store(destination + 8);
    }

    /// <summary>The sum of the lanes, always in the same order: halves are folded onto each other until one is left.</summary>
    public unsafe double Sum()
    {
        double* lanes = stackalloc double[8];
        (Lower + Upper).Store(lanes);
        return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    }
}
