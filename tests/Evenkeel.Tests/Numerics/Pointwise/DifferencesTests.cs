using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics.Pointwise;

public class DifferencesTests
{
    private const float Infinity = float.PositiveInfinity;

    [Fact]
    public void Agrees_with_the_reference_at_every_length()
    {
        foreach (int length in (int[])[0, .. Shapes.AroundVectors, 2047, 2048, 2049, 100_013])
        {
            float[] a = TestData.Uniform(length, seed: 1), b = TestData.Uniform(length, seed: 2);
            float largest = a.Zip(b).Select(pair => Math.Abs(pair.First - pair.Second)).DefaultIfEmpty().Max();
            Assert.Equal(largest, Differences.Largest(a, b));
            Assert.True(Differences.AreWithin(a, b, largest));
            Assert.False(Differences.AreWithin(a, b, Math.BitDecrement((double)largest)));
            Assert.Equal(a.Select(Math.Abs).DefaultIfEmpty().Max(), Differences.LargestFinite(a));
        }
    }

    [Fact]
    public void Every_position_counts()
    {
        foreach (int length in (int[])[1, 17, 2050, 5000])
        {
            foreach (int position in (int[])[0, length / 2, length - 1])
            {
                float[] a = new float[length], b = new float[length];
                b[position] = -2;
                Assert.Equal(2, Differences.Largest(a, b));
                Assert.False(Differences.AreWithin(a, b, 1.99));
                Assert.Equal(2, Differences.LargestFinite(b));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN, float.NaN, 0)]
    [InlineData(Infinity, Infinity, 0)]
    [InlineData(-Infinity, -Infinity, 0)]
    [InlineData(0f, -0f, 0)]
    [InlineData(float.NaN, 1, Infinity)]
    [InlineData(float.NaN, Infinity, Infinity)]
    [InlineData(Infinity, 1, Infinity)]
    [InlineData(Infinity, -Infinity, Infinity)]
    [InlineData(3e38f, -3e38f, Infinity)]
    public void NaN_and_infinities_differ_from_all_but_themselves(float x, float y, float expected)
    {
        Assert.Equal(expected, Differences.Largest([0, x], [0, y]));
        Assert.Equal(expected, Differences.Largest([y, 5], [x, 5]));
        Assert.Equal(expected == 0, Differences.AreWithin([x], [y], 1e38));
    }

    [Fact]
    public void The_largest_finite_magnitude_passes_over_others() =>
        Assert.Equal(4, Differences.LargestFinite([1, float.NaN, -4, Infinity, 3, -Infinity]));

    [Fact]
    public void Lengths_must_be_equal() => Assert.Throws<ArgumentException>(() => Differences.Largest([1], [1, 2]));
}
