using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Tests.Numerics.Pointwise;

public class DropoutMaskTests
{
    private static readonly RandomStream Stream = new(Seed: 7, Stream: 1);

    [Fact]
    public void An_element_is_dropped_where_its_integer_is_below_the_threshold()
    {
        // More than one share of work and a tail of 13, so that the split and the last lanes are seen.
        float[] x = [.. Enumerable.Range(1, 100_013).Select(i => (float)i)];
        var y = new float[x.Length];

        MaskedScale.Apply(x, new DropoutMask(Stream, 0.25, start: 32), 2, y);

        for (int i = 0; i < x.Length; i++)
        {
            bool dropped = Stream.UInt32(32 + (ulong)i) < 1u << 30;
            Assert.Equal(dropped ? 0 : 2 * x[i], y[i]);
        }
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.5, 50_000)]
    [InlineData(0.9, 90_000)]
    [InlineData(1 - 1e-12, 100_000)]
    public void As_many_are_dropped_as_was_asked_for(double probability, int expected)
    {
        var y = new float[100_000];
        Array.Fill(y, 1f);

        MaskedScale.Apply(y, new DropoutMask(Stream, probability, start: 0), 1, y);

        Assert.InRange(y.Count(value => value == 0), expected - 600, expected + 600);
        if (probability == 0)
        {
            Assert.DoesNotContain(0f, y);
        }
    }

    [Fact]
    public void An_integer_at_the_threshold_is_kept()
    {
        float[] y = [1, 1, 1, 1, 1, 1];

        MaskedScale.Apply(y, new DropoutMask(Stream, Stream.Uniform(5), start: 0), 1, y);

        Assert.Equal(1, y[5]);
    }

    [Fact]
    public void What_is_dropped_is_zero_whatever_it_was()
    {
        var y = new float[64];
        Array.Fill(y, float.NaN);

        MaskedScale.Apply(y, new DropoutMask(Stream, 1 - 1e-12, start: 0), 1, y);

        Assert.All(y, value => Assert.Equal(0, value));
    }
}
