using System.Numerics;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using TestData = Evenkeel.Tests.Support.TestData;

namespace Evenkeel.Tests.Numerics.Simd;

/// <summary>The emulation has the bits of the processor's instruction, but for those of a NaN.</summary>
public class EmulatedFusedTests
{
    private const int Lanes = 16;
    private const int DoubleLanes = 8;

    private static readonly float[] SpecialSingles =
    [
        0, float.Epsilon, 3 * float.Epsilon, 1.17549421e-38f, 1.17549435e-38f, 1.3e-23f, 1.0842022e-19f, 5.9604645e-8f, 0.33333334f, 0.5f,
        0.99999994f, 1, 1.0000001f, 1.5f, 3, 8388609, 16777213, 33554430, 1.8446744e19f, 1.7014118e38f, float.MaxValue,
        float.PositiveInfinity, float.NaN,
    ];

    private static readonly double[] SpecialDoubles =
    [
        0, double.Epsilon, 3 * double.Epsilon, 2.2250738585072009e-308, 2.2250738585072014e-308, Math.ScaleB(1, -900),
        Math.ScaleB(1, -537), Math.ScaleB(1, -450), Math.ScaleB(1, -54), 1.0 / 3, 0.5, Math.BitDecrement(1.0), 1, Math.BitIncrement(1.0),
        1.5, 3, (1L << 52) + 1, (1L << 53) - 3, Math.ScaleB(1, 495), Math.ScaleB(1, 990), Math.ScaleB(1, 1023), double.MaxValue,
        double.PositiveInfinity, double.NaN,
    ];

    private static Gen<ulong> AnyBits { get; } = ArbMap.Default.GeneratorFor<DoNotSize<ulong>>().Select(bits => bits.Item);

    [Fact]
    public void Special_single_precision_numbers()
    {
        foreach ((float left, float right, float addend) in Triples(SpecialSingles))
        {
            Check(left, right, addend);
        }
    }

    [Fact]
    public void Special_double_precision_numbers()
    {
        foreach ((double left, double right, double addend) in Triples(SpecialDoubles))
        {
            Check(left, right, addend);
        }
    }

    [Fact]
    public void Single_precision_numbers_of_any_bits() => Check(
        AnyBits.Select(bits => BitConverter.UInt32BitsToSingle((uint)bits)).Three(), Check);

    [Fact]
    public void Double_precision_numbers_of_any_bits() => Check(AnyBits.Select(BitConverter.UInt64BitsToDouble).Three(), Check);

    [Fact]
    public void Single_precision_sums_at_and_beside_halfway() => Check(Halfway<float>(bits: 24, minScale: -149, maxScale: 100), Check);

    [Fact]
    public void Double_precision_sums_at_and_beside_halfway() => Check(Halfway<double>(bits: 53, minScale: -1074, maxScale: 960), Check);

    [Fact]
    public void Lanes_are_independent()
    {
        float[] left = TestData.Uniform(Lanes, seed: 1), right = TestData.Uniform(Lanes, seed: 2);
        float[] addend = TestData.Uniform(Lanes, seed: 3);
        right[11] = float.PositiveInfinity;
        addend[5] = float.NaN;
        Vector512<float> sums = EmulatedFused.MultiplyAdd(Vector512.Create(left), Vector512.Create(right), Vector512.Create(addend));
        Vector512<double> lower = EmulatedFused.MultiplyAdd(Wide(left), Wide(right), Wide(addend));
        for (int i = 0; i < Lanes; i++)
        {
            AssertSame(MathF.FusedMultiplyAdd(left[i], right[i], addend[i]), sums[i]);
        }

        for (int i = 0; i < DoubleLanes; i++)
        {
            AssertSame(Math.FusedMultiplyAdd(left[i], right[i], addend[i]), lower[i]);
        }
    }

    private static Vector512<double> Wide(float[] values) => Vector512.WidenLower(Vector512.Create(values));

    private static void Check(float left, float right, float addend)
    {
        float expected = MathF.FusedMultiplyAdd(left, right, addend);
        AssertSame(expected, EmulatedFused.MultiplyAdd(Vector128.Create(left), Vector128.Create(right), Vector128.Create(addend))[2]);
        AssertSame(expected, EmulatedFused.MultiplyAdd(Vector512.Create(left), Vector512.Create(right), Vector512.Create(addend))[13]);
    }

    private static void Check(double left, double right, double addend)
    {
        double expected = Math.FusedMultiplyAdd(left, right, addend);
        AssertSame(expected, EmulatedFused.MultiplyAdd(left, right, addend));
        AssertSame(expected, EmulatedFused.MultiplyAdd(Vector512.Create(left), Vector512.Create(right), Vector512.Create(addend))[7]);
    }

    private static void AssertSame(double expected, double actual)
    {
        if (!double.IsNaN(expected) || !double.IsNaN(actual))
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(actual));
        }
    }

    private static IEnumerable<(T Left, T Right, T Addend)> Triples<T>(T[] values)
        where T : INumber<T>
    {
        T[] both = [.. values, .. values.Select(value => -value)];
        return from left in both from right in both from addend in both select (left, right, addend);
    }

    /// <summary>
    /// Products that have a few bits more than a number, and addends that lie far below them, or cancel them or nearly so.
    /// </summary>
    private static Gen<(T Left, T Right, T Addend)> Halfway<T>(int bits, int minScale, int maxScale)
        where T : IBinaryFloatingPointIeee754<T> =>
        from significand in AnyBits
        from odd in Gen.Choose(0, 15)
        from scale in Gen.Choose(minScale, maxScale)
        from below in Gen.Choose(-2, 5 * bits)
        from isNegative in Gen.Elements(true, false)
        let left = T.CreateChecked(significand >> (64 - bits) | 1UL << (bits - 1))
        let right = T.ScaleB(T.CreateChecked(2 * odd + 1), scale)
        let small = T.ScaleB(isNegative ? -T.One : T.One, scale - below)
        from addend in Gen.Elements(small, -left * right, T.BitIncrement(-left * right), T.BitDecrement(-left * right))
        select (left, right, addend);

    private static void Check<T>(Gen<(T Left, T Right, T Addend)> operands, Action<T, T, T> check) =>
        Properties.Check(operands.ArrayOf(1000).ToArbitrary(), all => Array.ForEach(all, x => check(x.Left, x.Right, x.Addend)));
}
