using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>Exponential, logarithm, sine and related functions with the same bits on every machine.</summary>
/// <remarks>
/// <para>
/// They use only operations that IEEE 754 defines to the last bit, fused multiply-adds among them, in a fixed order; the functions of
/// the runtime do not guarantee the same bits.
/// </para>
/// <para>
/// All have the same structure: the argument is reduced, exactly or nearly so, to a small interval (ln 2 is split into two parts, the
/// upper with few enough bits that its product with the exponent is exact), a Taylor series evaluates the function there, and the
/// result is scaled back by a power of two.
/// </para>
/// </remarks>
internal static class ElementaryFunctions
{
    private const double SquareRootOfOneHalf = 0.70710678118654752440;
    private const float Log2EFloat = 1.442695041f;
    private const float Ln2UpperFloat = 0.693359375f;
    private const float Ln2LowerFloat = -2.12194440e-4f;

    private const double Log2E = 1.4426950408889634;
    private const double Ln2Upper = 0.693147180369123816490;
    private const double Ln2Lower = 1.90821492927058770002e-10;

    /// <summary>The bits of √½.</summary>
    private const long SquareRootOfHalf = 0x3FE6A09E667F3BCD;

    /// <summary>1.5·2²³: added to a small float, it leaves the nearest integer in the lowest bits of the sum.</summary>
    private const float RoundingShiftFloat = 12582912f;

    /// <summary>1.5·2⁵²: the shift for double precision.</summary>
    private const double RoundingShift = 6755399441055744;

    /// <summary>eˣ, within 1.1 units in the last place, down to the smallest subnormal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // Outside of these bounds the result is infinite or zero; comparisons, unlike minimum and maximum, keep NaN.
        x = Lanes.AtMost(Lanes.AtLeast(x, -104), 89);
        Vector512<float> minusOne = ReducedExpMinusOne(x, out Vector512<int> exponent);

        // 2ⁿ itself may be out of range; its two halves are not, and only the second product rounds.
        Vector512<int> half = exponent >> 1;
        return (minusOne + Vector512<float>.One) * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <summary>The logistic function 1 / (1 + e⁻ˣ), within 3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x)
    {
        // With e = exp(−|x|): 1 / (1 + e) on the positive side, e / (1 + e) on the negative; nothing cancels.
        Vector512<float> e = Exp(-Vector512.Abs(x));
        Vector512<float> numerator = Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512<float>.Zero), e, Vector512<float>.One);
        return numerator / (Vector512<float>.One + e);
    }

    /// <summary>The hyperbolic tangent, within 3 units in the last place; tanh x = x for tiny x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        // With t = exp(−2|x|) − 1: tanh|x| = −t / (2 + t). Below −40, t is −1 to the last bit.
        Vector512<float> y = Vector512.Abs(x) * Vector512.Create(-2f);
        y = Lanes.AtLeast(y, -40);
        Vector512<float> minusOne = ReducedExpMinusOne(y, out Vector512<int> exponent);
        Vector512<float> power = PowerOfTwo(exponent);
        Vector512<float> t = Fused.MultiplyAdd(power, minusOne, power - Vector512<float>.One);
        return Vector512.CopySign(t / (Vector512.Create(2f) + t), x);
    }

    /// <summary>
    /// The distribution function Φ(x) of the standard normal distribution, within 8 units in the last place, and
    /// <paramref name="gaussian"/> = e^(−½x²).
    /// </summary>
    /// <remarks>
    /// Φ(−t) = e^(−½t²)·R(t) for t ≥ 0, where R is a polynomial of degree 9 in (t − 3)/(t + 3), fitted by weighted least squares for the
    /// smallest relative error up to t = 15, which is 1.1e-8.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> NormalDistribution(Vector512<float> x, out Vector512<float> gaussian)
    {
        // At −15, Φ is 0.
        Vector512<float> t = Lanes.AtMost(Vector512.Abs(x), 15);

        // What is lost where t² is rounded is, to the first order, the relative error of e^(−½t²).
        Vector512<float> square = t * t;
        Vector512<float> lost = Fused.MultiplyAdd(t, t, -square);
        gaussian = Exp(square * Vector512.Create(-0.5f));
        gaussian = Fused.MultiplyAdd(gaussian, lost * Vector512.Create(-0.5f), gaussian);

        Vector512<float> u = (t - Vector512.Create(3f)) / (t + Vector512.Create(3f));
        Vector512<float> ratio = Vector512.Create(5.26767832e-5f);
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(1.14504742e-4f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(-3.38546428e-4f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(-9.82822521e-4f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(2.90421393e-3f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(6.13181129e-3f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(-4.62132345e-2f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(0.123225052f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(-0.206402622f));
        ratio = Fused.MultiplyAdd(ratio, u, Vector512.Create(0.121513947f));
        Vector512<float> tail = gaussian * ratio;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
    }

    /// <summary>eˣ, within 1 unit in the last place, down to the smallest subnormal number.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        x = Math.Clamp(x, -746, 710);
        double shifted = Fused.MultiplyAdd(x, Log2E, RoundingShift);
        double n = shifted - RoundingShift;
        double r = Fused.MultiplyAdd(-n, Ln2Lower, Fused.MultiplyAdd(-n, Ln2Upper, x));

        // Σ rᵏ/k! to k = 13: the truncation error is below 2⁻⁵⁷ for |r| ≤ ½ ln 2.
        double series = 1.0 / 6227020800;
        series = Fused.MultiplyAdd(series, r, 1.0 / 479001600);
        series = Fused.MultiplyAdd(series, r, 1.0 / 39916800);
        series = Fused.MultiplyAdd(series, r, 1.0 / 3628800);
        series = Fused.MultiplyAdd(series, r, 1.0 / 362880);
        series = Fused.MultiplyAdd(series, r, 1.0 / 40320);
        series = Fused.MultiplyAdd(series, r, 1.0 / 5040);
        series = Fused.MultiplyAdd(series, r, 1.0 / 720);
        series = Fused.MultiplyAdd(series, r, 1.0 / 120);
        series = Fused.MultiplyAdd(series, r, 1.0 / 24);
        series = Fused.MultiplyAdd(series, r, 1.0 / 6);
        series = Fused.MultiplyAdd(series, r, 1.0 / 2);
        double result = 1 + Fused.MultiplyAdd(series, r * r, r);

        int exponent = (int)n;
        int half = exponent >> 1;
        return result * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <summary>The sine for |x| ≤ ½π, within 1 unit in the last place.</summary>
    public static double Sin(double x)
    {
        // Σ (−1)ᵏ x²ᵏ⁺¹/(2k + 1)! to k = 10: the truncation error is below 2⁻⁵⁹.
        double z = x * x;
        double series = 1.0 / 51090942171709440000.0;
        series = Fused.MultiplyAdd(series, z, -1.0 / 121645100408832000);
        series = Fused.MultiplyAdd(series, z, 1.0 / 355687428096000);
        series = Fused.MultiplyAdd(series, z, -1.0 / 1307674368000);
        series = Fused.MultiplyAdd(series, z, 1.0 / 6227020800);
        series = Fused.MultiplyAdd(series, z, -1.0 / 39916800);
        series = Fused.MultiplyAdd(series, z, 1.0 / 362880);
        series = Fused.MultiplyAdd(series, z, -1.0 / 5040);
        series = Fused.MultiplyAdd(series, z, 1.0 / 120);
        series = Fused.MultiplyAdd(series, z, -1.0 / 6);
        return Fused.MultiplyAdd(series, z * x, x);
    }

    /// <summary>The natural logarithm, within 1 unit in the last place; NaN for negative numbers, −∞ for zero.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        int subnormalShift = 0;
        if (!double.IsNormal(x))
        {
            x *= 1L << 54;
            subnormalShift = 54;
        }

        // x = 2ⁿ·m with m from √½ to √2.
        long bits = BitConverter.DoubleToInt64Bits(x);
        long exponent = (bits - SquareRootOfHalf) >> 52;
        double m = BitConverter.Int64BitsToDouble(bits - (exponent << 52));
        double n = exponent - subnormalShift;

        // With f = m − 1 and s = f / (2 + f): ln m = 2 artanh s = 2s + s·R, where R = Σ 2s²ᵏ/(2k + 1). As 2s = f − s·f,
        // this is f − (½f² − s·(½f² + R)), in which f is exact and the rest is small.
        double f = m - 1;
        double s = f / (2 + f);
        double z = s * s;
        double series = 2.0 / 21;
        series = Fused.MultiplyAdd(series, z, 2.0 / 19);
        series = Fused.MultiplyAdd(series, z, 2.0 / 17);
        series = Fused.MultiplyAdd(series, z, 2.0 / 15);
        series = Fused.MultiplyAdd(series, z, 2.0 / 13);
        series = Fused.MultiplyAdd(series, z, 2.0 / 11);
        series = Fused.MultiplyAdd(series, z, 2.0 / 9);
        series = Fused.MultiplyAdd(series, z, 2.0 / 7);
        series = Fused.MultiplyAdd(series, z, 2.0 / 5);
        series = Fused.MultiplyAdd(series, z, 2.0 / 3);
        double halfSquare = 0.5 * f * f;
        double small = halfSquare - Fused.MultiplyAdd(s, halfSquare + series * z, n * Ln2Lower);
        return n * Ln2Upper - (small - f);
    }

    /// <summary>eˣ − c, within 2 units in the last place of the larger of eˣ and c, and of eˣ − 1 itself where c is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpMinus<TFused>(Vector512<double> x, Vector512<double> c)
        where TFused : IFused
    {
        // Outside of these bounds eˣ is infinite or zero; comparisons, unlike minimum and maximum, keep NaN.
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-746.0)), Vector512.Create(-746.0), x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(710.0)), Vector512.Create(710.0), x);
        Vector512<double> shift = Vector512.Create(RoundingShift);
        Vector512<double> shifted = TFused.MultiplyAdd(x, Vector512.Create(Log2E), shift);
        Vector512<long> exponent = shifted.AsInt64() - shift.AsInt64();
        Vector512<double> n = shifted - shift;
        Vector512<double> r = TFused.MultiplyAdd(n, Vector512.Create(-Ln2Upper), x);
        r = TFused.MultiplyAdd(n, Vector512.Create(-Ln2Lower), r);

        // Σ rᵏ/k! to k = 13, as above.
        Vector512<double> series = Vector512.Create(1.0 / 6227020800);
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 479001600));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 39916800));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 3628800));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 362880));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 40320));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 5040));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 720));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 120));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 24));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 6));
        series = TFused.MultiplyAdd(series, r, Vector512.Create(1.0 / 2));
        Vector512<double> minusOne = TFused.MultiplyAdd(series, r * r, r);

        // 2ⁿ itself may be out of range; its two halves are not. With n = 0, only the sum is rounded.
        Vector512<long> half = ((exponent + Vector512.Create(2048L)) >>> 1) - Vector512.Create(1024L);
        Vector512<double> upper = PowerOfTwo(half);
        Vector512<double> rest = upper - c * PowerOfTwo(half - exponent);
        return TFused.MultiplyAdd(upper, minusOne, rest) * PowerOfTwo(exponent - half);
    }

    /// <summary>The natural logarithm of the unrounded sum a + b, within 2 units in the last place; NaN if negative, −∞ for zero.</summary>
    /// <remarks>With a = 1, it is ln(1 + b).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogOfSum<TFused>(Vector512<double> a, Vector512<double> b)
        where TFused : IFused
    {
        Vector512<double> x = a + b;
        Vector512<double> part = x - a;
        Vector512<double> rounding = (a - (x - part)) + (b - part);

        // x = 2ⁿ·m with m from √½ to √2.
        Vector512<double> isSubnormal = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        Vector512<long> bits = Vector512.ConditionalSelect(isSubnormal, x * Vector512.Create((double)(1L << 54)), x).AsInt64();
        Vector512<long> exponent = ((bits + Vector512.Create((1023L << 52) - SquareRootOfHalf)) >>> 52) - Vector512.Create(1023L);
        Vector512<double> m = (bits - (exponent << 52)).AsDouble();
        Vector512<double> n = Vector512.ConvertToDouble(exponent) - (isSubnormal & Vector512.Create(54.0));

        // As above; the rounding error of the sum is added as its first-order term.
        Vector512<double> f = m - Vector512<double>.One;
        Vector512<double> s = f / (Vector512.Create(2.0) + f);
        Vector512<double> z = s * s;
        Vector512<double> series = Vector512.Create(2.0 / 21);
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 19));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 17));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 15));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 13));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 11));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 9));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 7));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 5));
        series = TFused.MultiplyAdd(series, z, Vector512.Create(2.0 / 3));
        Vector512<double> halfSquare = Vector512.Create(0.5) * f * f;
        Vector512<double> lower = TFused.MultiplyAdd(n, Vector512.Create(Ln2Lower), rounding / x);
        Vector512<double> small = halfSquare - TFused.MultiplyAdd(s, halfSquare + series * z, lower);
        Vector512<double> result = TFused.MultiplyAdd(n, Vector512.Create(Ln2Upper), f - small);

        Vector512<double> isOrdinary =
            Vector512.GreaterThan(x, Vector512<double>.Zero) & Vector512.LessThan(x, Vector512.Create(double.PositiveInfinity));
        return Vector512.ConditionalSelect(isOrdinary, result, Vector512.ConditionalSelect(
            Vector512.Equals(x, Vector512<double>.Zero),
            Vector512.Create(double.NegativeInfinity),
            Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), Vector512.Create(double.NaN), x)));
    }

    /// <summary>eˣ − 1, within 2 units in the last place.</summary>
    public static double Expm1(double x) => Double16.ExpMinus(Double16.Create(x), Double16.Create(1)).First;

    /// <summary>ln(1 + x), within 2 units in the last place.</summary>
    public static double Log1p(double x) => Double16.LogOfSum(Double16.Create(1), Double16.Create(x)).First;

    /// <summary>The standard normal distribution function, Φ(<paramref name="x"/>) = ½ erfc(−x/√2).</summary>
    /// <remarks>
    /// The relative error is about 1e-15 up to |x| = 5, and grows with x² below −5. Source: Cody, "Rational Chebyshev approximations for
    /// the error function", 1969: a quotient of polynomials for each of the middle, the tails and the far tails.
    /// </remarks>
    public static double NormalDistribution(double x)
    {
        double z = Math.Abs(x) * SquareRootOfOneHalf;
        if (z <= 0.46875)
        {
            double middle = z * z;
            double erf = z * Polynomial(
                middle,
                3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.16112374387056560e0, 1.85777706184603153e-1)
                / Polynomial(middle, 2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1);
            return x < 0 ? 0.5 - 0.5 * erf : 0.5 + 0.5 * erf;
        }

        if (double.IsNaN(x))
        {
            return x;
        }

        double tail = z > 27.3 ? 0 : 0.5 * ExpOfNegatedSquare(z) * ScaledTail(z);
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>e^(z²) erfc z for z from 0.46875 on.</summary>
    private static double ScaledTail(double z)
    {
        if (z <= 4)
        {
            return Polynomial(
                z,
                1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3, 8.81952221241769090e2, 2.98635138197400131e2,
                6.61191906371416295e1, 8.88314979438837594e0, 5.64188496988670089e-1, 2.15311535474403846e-8)
                / Polynomial(
                z,
                1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3, 3.29079923573345963e3, 1.62138957456669019e3,
                5.37181101862009858e2, 1.17693950891312499e2, 1.57449261107098347e1, 1);
        }

        double inverse = 1 / (z * z);
        double rest = inverse * Polynomial(
            inverse,
            6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1, 3.60344899949804439e-1, 3.05326634961232344e-1,
            1.63153871373020978e-2)
            / Polynomial(
            inverse,
            2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1, 1.87295284992346725e0, 2.56852019228982242e0, 1);
        return (0.56418958354775628695 - rest) / z;
    }

    /// <summary>e^(−z²), from a square of few digits, which is exact, and the rest.</summary>
    private static double ExpOfNegatedSquare(double z)
    {
        double coarse = Math.Truncate(16 * z) / 16;
        return Exp(-coarse * coarse) * Exp(-(z - coarse) * (z + coarse));
    }

    /// <summary>The quantile function of the standard normal distribution, Φ⁻¹(<paramref name="p"/>).</summary>
    /// <remarks>
    /// The relative error is about 1e-15; the result is ±∞ for 1 and 0, and NaN outside. Source: Wichura, "Algorithm AS 241: The
    /// percentage points of the normal distribution", 1988 (PPND16): a quotient of polynomials of degree 7 for each of the middle, the
    /// tails and the far tails.
    /// </remarks>
    public static double NormalQuantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double middle = 0.180625 - q * q;
            return q * Polynomial(
                middle,
                3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
                4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)
                / Polynomial(
                middle,
                1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3);
        }

        if (!(p > 0 && p < 1))
        {
            return p == 0 ? double.NegativeInfinity : p == 1 ? double.PositiveInfinity : double.NaN;
        }

        double r = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        double quantile = r <= 5
            ? Polynomial(
                r - 1.6,
                1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
                1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4)
                / Polynomial(
                r - 1.6,
                1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9)
            : Polynomial(
                r - 5,
                6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
                2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7)
                / Polynomial(
                r - 5,
                1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15);
        return q < 0 ? -quantile : quantile;
    }

    /// <summary>eʳ − 1 where x = n·ln 2 + r and |r| ≤ ½ ln 2, and the exponent n, for |x| up to 2¹⁵.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ReducedExpMinusOne(Vector512<float> x, out Vector512<int> exponent)
    {
        Vector512<float> shift = Vector512.Create(RoundingShiftFloat);
        Vector512<float> shifted = Fused.MultiplyAdd(x, Vector512.Create(Log2EFloat), shift);
        exponent = shifted.AsInt32() - shift.AsInt32();
        Vector512<float> n = shifted - shift;
        Vector512<float> r = Fused.MultiplyAdd(n, Vector512.Create(-Ln2UpperFloat), x);
        r = Fused.MultiplyAdd(n, Vector512.Create(-Ln2LowerFloat), r);

        // Σ rᵏ/k! to k = 7: the truncation error is below 2⁻²⁷ for |r| ≤ ½ ln 2.
        Vector512<float> series = Vector512.Create(1f / 5040);
        series = Fused.MultiplyAdd(series, r, Vector512.Create(1f / 720));
        series = Fused.MultiplyAdd(series, r, Vector512.Create(1f / 120));
        series = Fused.MultiplyAdd(series, r, Vector512.Create(1f / 24));
        series = Fused.MultiplyAdd(series, r, Vector512.Create(1f / 6));
        series = Fused.MultiplyAdd(series, r, Vector512.Create(1f / 2));
        return Fused.MultiplyAdd(series, r * r, r);
    }

    /// <summary>2ⁿ for n from −126 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    /// <summary>2ⁿ for n from −1022 to 1023.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfTwo(Vector512<long> n) => ((n + Vector512.Create(1023L)) << 52).AsDouble();

    /// <inheritdoc cref="PowerOfTwo(Vector512{long})"/>
    private static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((n + 1023L) << 52);

    /// <summary>Evaluates the polynomial whose coefficients start with that of x⁰.</summary>
    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        double value = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            value = Fused.MultiplyAdd(value, x, coefficients[i]);
        }

        return value;
    }
}
