using Evenkeel.Numerics.Channels;

namespace Evenkeel.Tests.Numerics.Channels;

public class FinitenessTests
{
    [Fact]
    public void One_value_that_is_not_finite_is_found_wherever_it_stands()
    {
        foreach (int length in (int[])[1, 15, 16, 17, 4095, 4097, 70_000])
        {
            float[] x = [.. Enumerable.Repeat(float.MaxValue, length)];
            Assert.True(Finiteness.OfAll(x));
            foreach (int place in (int[])[0, length / 2, length - 1])
            {
                foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
                {
                    x[place] = bad;
                    Assert.False(Finiteness.OfAll(x));
                    x[place] = -float.MaxValue;
                }
            }
        }

        Assert.True(Finiteness.OfAll([]));
        Assert.False(Finiteness.OfAll([float.PositiveInfinity, float.NegativeInfinity]));
    }
}
