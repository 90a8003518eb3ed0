using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Simd;

/// <summary>A vector of 16 double-precision lanes, in which sums are kept.</summary>
internal readonly struct Double16(Vector512<double> lower, Vector512<double> upper)
{
    /// <summary>Lanes 0 to 7.</summary>
    public Vector512<double> Lower { get; } = lower;

    /// <summary>Lanes 8 to 15.</summary>
    public Vector512<double> Upper { get; } = upper;

    /// <summary>The value in the first lane.</summary>
    public double First => Lower.ToScalar();

    /// <summary>Creates a vector with one value in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 Create(double value) => new(Vector512.Create(value), Vector512.Create(value));

    /// <summary>Loads 16 consecutive values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Double16 Load(double* source) => new(Vector512.Load(source), Vector512.Load(source + 8));

    /// <summary>Converts single-precision lanes to double precision, which is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 Widen(Vector512<float> value)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(value);
        return new Double16(lower, upper);
    }

    /// <summary>Loads 16 consecutive single-precision values and converts them to double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Double16 Widen(float* source) => Avx512F.IsSupported
        ? new(Avx512F.ConvertToVector512Double(Vector256.Load(source)), Avx512F.ConvertToVector512Double(Vector256.Load(source + 8)))
        : Widen(Vector512.Load(source));

    /// <summary>Rounds the lanes to single precision.</summary>
    /// <remarks>Without 512-bit vectors, <see cref="Vector512"/> would convert lane by lane, so AVX converts four at a time.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Narrow() => Avx.IsSupported && !Avx512F.IsSupported
        ? Vector512.Create(NarrowByQuarters(Lower), NarrowByQuarters(Upper))
        : Vector512.Narrow(Lower, Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> NarrowByQuarters(Vector512<double> value) => Vector256.Create(
        Avx.ConvertToVector128Single(value.GetLower()), Avx.ConvertToVector128Single(value.GetUpper()));

    /// <summary>Computes left·right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 FusedMultiplyAdd(Double16 left, Double16 right, Double16 addend) =>
        Fma.IsSupported || !Sse2.IsSupported
            ? new(
                Vector512.FusedMultiplyAdd(left.Lower, right.Lower, addend.Lower),
                Vector512.FusedMultiplyAdd(left.Upper, right.Upper, addend.Upper))
            : EmulatedFused.MultiplyAdd(left, right, addend);

    /// <summary>Returns a mask of the lanes that are not NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 IsNumber(Double16 value) =>
        new(Vector512.Equals(value.Lower, value.Lower), Vector512.Equals(value.Upper, value.Upper));

    /// <summary>Returns a mask of the lanes that are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 IsZero(Double16 value) => new(
        Vector512.Equals(value.Lower, Vector512<double>.Zero), Vector512.Equals(value.Upper, Vector512<double>.Zero));

    /// <summary>Returns a bit for each infinite lane, that of lane 0 the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Infinities(Double16 value)
    {
        Vector512<double> infinity = Vector512.Create(double.PositiveInfinity);
        ulong lower = Vector512.Equals(Vector512.Abs(value.Lower), infinity).ExtractMostSignificantBits();
        ulong upper = Vector512.Equals(Vector512.Abs(value.Upper), infinity).ExtractMostSignificantBits();
        return (uint)(lower | upper << Vector512<double>.Count);
    }

    /// <summary>Selects the lanes of <paramref name="left"/> where the mask is set, and of <paramref name="right"/> elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 Select(Double16 mask, Double16 left, Double16 right) => new(
        Vector512.ConditionalSelect(mask.Lower, left.Lower, right.Lower),
        Vector512.ConditionalSelect(mask.Upper, left.Upper, right.Upper));

    /// <summary>Returns the smaller of each pair of lanes, or the number if one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 MinNumber(Double16 left, Double16 right) =>
        new(Vector512.MinNumber(left.Lower, right.Lower), Vector512.MinNumber(left.Upper, right.Upper));

    /// <summary>Returns a mask of the lanes where left ≤ right; false for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 AtMost(Double16 left, Double16 right) =>
        new(Vector512.LessThanOrEqual(left.Lower, right.Lower), Vector512.LessThanOrEqual(left.Upper, right.Upper));

    /// <inheritdoc cref="ElementaryFunctions.ExpMinus"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 ExpMinus(Double16 x, Double16 c) =>
        Fma.IsSupported || !Sse2.IsSupported
            ? new(
                ElementaryFunctions.ExpMinus<HardwareFused>(x.Lower, c.Lower),
                ElementaryFunctions.ExpMinus<HardwareFused>(x.Upper, c.Upper))
            : new(
                ElementaryFunctions.ExpMinus<EmulatedFused>(x.Lower, c.Lower),
                ElementaryFunctions.ExpMinus<EmulatedFused>(x.Upper, c.Upper));

    /// <inheritdoc cref="ElementaryFunctions.LogOfSum"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 LogOfSum(Double16 a, Double16 b) =>
        Fma.IsSupported || !Sse2.IsSupported
            ? new(
                ElementaryFunctions.LogOfSum<HardwareFused>(a.Lower, b.Lower),
                ElementaryFunctions.LogOfSum<HardwareFused>(a.Upper, b.Upper))
            : new(
                ElementaryFunctions.LogOfSum<EmulatedFused>(a.Lower, b.Lower),
                ElementaryFunctions.LogOfSum<EmulatedFused>(a.Upper, b.Upper));

    /// <summary>Clamps the lanes to limits; NaN is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 Clamp(Double16 value, Double16 low, Double16 high) =>
        new(Vector512.Clamp(value.Lower, low.Lower, high.Lower), Vector512.Clamp(value.Upper, low.Upper, high.Upper));

    /// <summary>Returns the magnitude of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 Abs(Double16 value) => new(Vector512.Abs(value.Lower), Vector512.Abs(value.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 operator -(Double16 value) => new(-value.Lower, -value.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 operator /(Double16 left, Double16 right) =>
        new(left.Lower / right.Lower, left.Upper / right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 operator &(Double16 left, Double16 right) =>
        new(left.Lower & right.Lower, left.Upper & right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 operator +(Double16 left, Double16 right) =>
        new(left.Lower + right.Lower, left.Upper + right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 operator -(Double16 left, Double16 right) =>
        new(left.Lower - right.Lower, left.Upper - right.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 operator *(Double16 left, Double16 right) =>
        new(left.Lower * right.Lower, left.Upper * right.Upper);

    /// <summary>Stores the lanes as 16 consecutive values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store(double* destination)
    {
        Lower.Store(destination);
        Upper.Store(destination + 8);
    }

    /// <summary>Sums the lanes in a fixed order, by adding the upper half to the lower until one lane remains.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Sum()
    {
        Vector512<double> eight = Lower + Upper;
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    /// <summary>Returns the smallest lane that is not NaN.</summary>
    public double MinNumber()
    {
        Vector512<double> both = Vector512.MinNumber(Lower, Upper);
        double min = both[0];
        for (int i = 1; i < Vector512<double>.Count; i++)
        {
            min = double.MinNumber(min, both[i]);
        }

        return min;
    }
}
