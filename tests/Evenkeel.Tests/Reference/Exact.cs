using System.Numerics;

namespace Evenkeel.Tests.Reference;

/// <summary>A fraction of whole numbers of any size: what is computed with it is not rounded.</summary>
internal readonly record struct Exact(BigInteger Numerator, BigInteger Denominator)
{
    private const int FractionBits = 1074;
    private static readonly BigInteger Unit = BigInteger.One << FractionBits;

    public bool IsZero => Numerator.IsZero;

    /// <summary>The value of a finite number, as a multiple of the smallest one.</summary>
    public static Exact Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        return new Exact((bits < 0 ? -mantissa : mantissa) << Math.Max(0, exponent - 1), Unit);
    }

    public static Exact operator +(Exact a, Exact b) =>
        a.IsZero ? b
        : b.IsZero ? a
        : a.Denominator == b.Denominator ? a with { Numerator = a.Numerator + b.Numerator }
        : new Exact(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Exact operator -(Exact a, Exact b) => a + (b with { Numerator = -b.Numerator });

    public static Exact operator *(Exact a, Exact b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Exact operator /(Exact a, Exact b) => new(
        a.Numerator * b.Denominator * b.Numerator.Sign, a.Denominator * BigInteger.Abs(b.Numerator));

    public Exact Abs() => this with { Numerator = BigInteger.Abs(Numerator) };

    /// <summary>The square root to 200 bits.</summary>
    public Exact Sqrt()
    {
        int shift = (int)Math.Max(0, 400 - Numerator.GetBitLength() + Denominator.GetBitLength()) / 2;
        return new Exact(Root((Numerator << (2 * shift)) / Denominator), BigInteger.One << shift);
    }

    /// <summary>The nearest number in double precision, within the range of normal numbers.</summary>
    public double ToDouble()
    {
        if (IsZero)
        {
            return 0;
        }

        // 64 bits of the quotient, of which the last tells whether there are more.
        int shift = (int)(64 - Numerator.GetBitLength() + Denominator.GetBitLength());
        BigInteger numerator = BigInteger.Abs(Numerator) << Math.Max(0, shift), denominator = Denominator << Math.Max(0, -shift);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int extra = (int)(quotient.GetBitLength() - 63);
        bool inexact = !remainder.IsZero || !(quotient & ((BigInteger.One << extra) - 1)).IsZero;
        long bits = (long)(quotient >> extra) | (inexact ? 1L : 0);
        return Numerator.Sign * Math.ScaleB((double)bits, extra - shift);
    }

    private static BigInteger Root(BigInteger value)
    {
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + value / BigInteger.Max(1, root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }
}
