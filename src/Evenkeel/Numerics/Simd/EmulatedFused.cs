using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>Fused multiply-add for processors without the instruction, with its bits, in vectors of 128 bits.</summary>
/// <remarks>
/// Source: Boldo and Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", 2008. A sum
/// rounded to odd (to the neighbour whose last bit is 1, unless it is exact) can be rounded again to fewer bits without error.
/// </remarks>
internal readonly struct EmulatedFused : IFused
{
    /// <summary>2²⁷ + 1.</summary>
    private const double Splitter = (1 << 27) + 1;

    /// <summary>2⁹⁹⁰, a bound of operands and product below which the parts of a split number cannot overflow.</summary>
    private const double Largest = 1.0463951242053392e298;

    /// <summary>2⁻⁹⁰⁰, a bound of the product above which its last bit, 2¹⁰⁵ times smaller, cannot underflow.</summary>
    private const double Smallest = 1.1830521861667747e-271;

    // Runs before the first operation.
    static EmulatedFused() => EvenkeelEventSource.Log.FusedMultiplyAddEmulated();

    /// <summary>left·right + addend, rounded once.</summary>
    /// <remarks>
    /// The product is exact in double precision, whose exponents also hold every sum. The sum is rounded to odd, then to single precision.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) => Vector128.Narrow(
        AddToOdd(Vector128.WidenLower(left) * Vector128.WidenLower(right), Vector128.WidenLower(addend)),
        AddToOdd(Vector128.WidenUpper(left) * Vector128.WidenUpper(right), Vector128.WidenUpper(addend)));

    /// <inheritdoc cref="MultiplyAdd(Vector128{float}, Vector128{float}, Vector128{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        ByReference(left, right, addend);

    /// <summary>left·right + addend, rounded once.</summary>
    /// <remarks>
    /// The product is split exactly into two numbers. Of the three numbers to be added, the lower two are reduced to one by a sum rounded
    /// to odd. Numbers near overflow and underflow, which are rare, are left to the runtime.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> left, Vector512<double> right, Vector512<double> addend) =>
        ByReference(left, right, addend);

    /// <inheritdoc cref="MultiplyAdd(Vector512{double}, Vector512{double}, Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Double16 MultiplyAdd(Double16 left, Double16 right, Double16 addend) => new(
        ByReference(left.Lower, right.Lower, addend.Lower), ByReference(left.Upper, right.Upper, addend.Upper));

    /// <inheritdoc cref="MultiplyAdd(Vector512{double}, Vector512{double}, Vector512{double})"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double MultiplyAdd(double left, double right, double addend) =>
        MultiplyAdd(Vector128.CreateScalar(left), Vector128.CreateScalar(right), Vector128.CreateScalar(addend)).ToScalar();

    /// <summary>left·right + addend, with operands by reference.</summary>
    /// <remarks>Without AVX-512, vectors of 512 bits are in memory, and passing them by value takes a fifth longer.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> ByReference(in Vector512<float> left, in Vector512<float> right, in Vector512<float> addend) =>
        Vector512.Create(
            MultiplyAdd(left.GetLower(), right.GetLower(), addend.GetLower()),
            MultiplyAdd(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

    /// <inheritdoc cref="ByReference(in Vector512{float}, in Vector512{float}, in Vector512{float})"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> ByReference(in Vector512<double> left, in Vector512<double> right, in Vector512<double> addend) =>
        Vector512.Create(
            MultiplyAdd(left.GetLower(), right.GetLower(), addend.GetLower()),
            MultiplyAdd(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.Create(
            MultiplyAdd(left.GetLower(), right.GetLower(), addend.GetLower()),
            MultiplyAdd(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> MultiplyAdd(Vector256<double> left, Vector256<double> right, Vector256<double> addend) =>
        Vector256.Create(
            MultiplyAdd(left.GetLower(), right.GetLower(), addend.GetLower()),
            MultiplyAdd(left.GetUpper(), right.GetUpper(), addend.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> MultiplyAdd(Vector128<double> left, Vector128<double> right, Vector128<double> addend)
    {
        Vector128<double> product = left * right;
        if (!IsInRange(left, right, addend, product))
        {
            return Vector128.FusedMultiplyAdd(left, right, addend);
        }

        (Vector128<double> leftUpper, Vector128<double> leftLower) = Split(left);
        (Vector128<double> rightUpper, Vector128<double> rightLower) = Split(right);
        Vector128<double> productRest =
            leftUpper * rightUpper - product + leftUpper * rightLower + leftLower * rightUpper + leftLower * rightLower;
        (Vector128<double> middle, Vector128<double> middleRest) = Add(addend, productRest);
        (Vector128<double> upper, Vector128<double> upperRest) = Add(product, middle);
        Vector128<double> sum = upper + AddToOdd(middleRest, upperRest);

        // A zero has the sign that the plain sum gives it.
        return Vector128.ConditionalSelect(Vector128.Equals(sum, Vector128<double>.Zero), product + addend, sum);
    }

    /// <summary>True if no step of the emulation overflows or underflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsInRange(Vector128<double> left, Vector128<double> right, Vector128<double> addend, Vector128<double> product)
    {
        Vector128<double> largest = Vector128.Create(Largest), zero = Vector128<double>.Zero;
        Vector128<double> isBelow =
            Vector128.LessThan(Vector128.Abs(left), largest) & Vector128.LessThan(Vector128.Abs(right), largest)
            & Vector128.LessThan(Vector128.Abs(addend), largest) & Vector128.LessThan(Vector128.Abs(product), largest);
        Vector128<double> isAbove =
            Vector128.GreaterThan(Vector128.Abs(product), Vector128.Create(Smallest))
            | Vector128.Equals(left, zero) | Vector128.Equals(right, zero);
        return (isBelow & isAbove).AsInt64() == Vector128<long>.AllBitsSet;
    }

    /// <summary>Splits numbers of 53 bits into two of 26 and a sign; their products with other such numbers are exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<double> Upper, Vector128<double> Lower) Split(Vector128<double> value)
    {
        Vector128<double> scaled = Vector128.Create(Splitter) * value;
        Vector128<double> upper = scaled - (scaled - value);
        return (upper, value - upper);
    }

    /// <summary>left + right, rounded to odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> AddToOdd(Vector128<double> left, Vector128<double> right)
    {
        // If the sum is infinite, the error is NaN and compares as exact.
        (Vector128<double> sum, Vector128<double> error) = Add(left, right);
        Vector128<long> isInexact = Vector128.GreaterThan(Vector128.Abs(error), Vector128<double>.Zero).AsInt64();

        // Truncate where the sum was rounded away from zero, then set the last bit of what is not exact.
        Vector128<long> excess = ((error.AsInt64() ^ sum.AsInt64()) >>> 63) & isInexact;
        return ((sum.AsInt64() - excess) | (isInexact >>> 63)).AsDouble();
    }

    /// <summary>left + right, and the exact error of this sum.</summary>
    /// <remarks>Source: Knuth, "The Art of Computer Programming", volume 2, 4.2.2, theorem B.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<double> Sum, Vector128<double> Error) Add(Vector128<double> left, Vector128<double> right)
    {
        Vector128<double> sum = left + right;
        Vector128<double> part = sum - left;
        return (sum, (left - (sum - part)) + (right - part));
    }
}
