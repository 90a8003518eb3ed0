using Evenkeel.Numerics;

namespace Evenkeel.Tests.Numerics;

public class RandomStreamTests
{
    private static readonly RandomStream Stream = new(Seed: 42, Stream: 3);

    [Theory]
    [InlineData(0UL, 100)]
    [InlineData(1UL, 100)]
    [InlineData(15UL, 1)]
    [InlineData(15UL, 2)]
    [InlineData(16UL, 16)]
    [InlineData((1UL << 34) - 5, 40)]
    [InlineData(ulong.MaxValue - 20, 21)]
    public void Filling_gives_the_numbers_at_each_position(ulong start, int count)
    {
        var integers = new uint[count];
        var uniform = new float[count];
        var normal = new float[count];

        Stream.FillUInt32(integers, start);
        Stream.FillUniform(uniform, -2, 3, start);
        Stream.FillNormal(normal, 0.5f, 2, start);

        for (int i = 0; i < count; i++)
        {
            ulong position = start + (ulong)i;
            Assert.Equal(Stream.UInt32(position), integers[i]);
            Assert.Equal((float)(-2 + 5 * Stream.Uniform(position)), uniform[i]);
            Assert.Equal((float)(0.5 + 2 * Stream.Normal(position)), normal[i]);
        }
    }

    [Fact]
    public void Sixteen_lanes_are_the_numbers_at_sixteen_positions()
    {
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(Stream.UInt32(160 + (ulong)i), Stream.UInt32Lanes(160)[i]);
        }
    }

    [Fact]
    public void The_numbers_at_different_positions_come_from_different_words()
    {
        var integers = new uint[10_000];
        Stream.FillUInt32(integers);

        // Of 10,000 draws from 2³², 0.01 pairs are expected to be equal.
        Assert.InRange(integers.Distinct().Count(), 9_999, 10_000);
    }

    [Fact]
    public void Streams_and_seeds_differ()
    {
        uint[] firsts = [new RandomStream(0, 0).UInt32(0), new RandomStream(1, 0).UInt32(0), new RandomStream(0, 1).UInt32(0)];

        Assert.Equal(3, firsts.Distinct().Count());
    }

    [Fact]
    public void Uniform_numbers_have_the_moments_of_their_distribution()
    {
        var numbers = new float[100_000];
        Stream.FillUniform(numbers, -1, 1);

        Assert.All(numbers, x => Assert.InRange(x, -1f, 1f));
        Assert.InRange(numbers.Average(), -0.01, 0.01);
        Assert.InRange(numbers.Average(x => (double)x * x), 0.33, 0.337);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_their_distribution()
    {
        var numbers = new float[100_000];
        Stream.FillNormal(numbers, 0, 1);

        Assert.InRange(numbers.Average(), -0.015, 0.015);
        Assert.InRange(numbers.Average(x => (double)x * x), 0.98, 1.02);
        Assert.InRange(numbers.Average(x => Math.Pow(x, 3)), -0.04, 0.04);
        Assert.InRange(numbers.Average(x => Math.Pow(x, 4)), 2.9, 3.1);
    }

    [Fact]
    public void A_shuffle_keeps_every_item()
    {
        int[] items = [.. Enumerable.Range(0, 1000)];

        Stream.Shuffle(items);

        Assert.NotEqual(Enumerable.Range(0, 1000), items);
        Assert.Equal(Enumerable.Range(0, 1000), items.Order());
    }

    [Fact]
    public void A_shuffle_of_nothing_or_of_one_item_does_nothing()
    {
        int[] one = [7];

        Stream.Shuffle([]);
        Stream.Shuffle(one);

        Assert.Equal([7], one);
    }

    [Fact]
    public void Every_order_is_as_likely()
    {
        var counts = new Dictionary<(int, int, int, int), int>();
        for (ulong stream = 0; stream < 24_000; stream++)
        {
            int[] items = [0, 1, 2, 3];
            new RandomStream(1, stream).Shuffle(items);
            (int, int, int, int) order = (items[0], items[1], items[2], items[3]);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        // χ² with 23 degrees of freedom is below 58.6 in all but 6 of 100,000 cases.
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000), 0, 58.6);
    }

    [Fact]
    public void Bounded_integers_are_as_likely_where_the_bound_does_not_divide_two_to_the_32()
    {
        // Without drawing again, the integers that are divisible by 3 would come up half of the time.
        const uint Bound = 3u << 30;
        int[] counts = new int[3];
        for (uint position = 0; position < 30_000; position++)
        {
            uint integer = Stream.Below(Bound, position);
            Assert.InRange(integer, 0u, Bound - 1);
            counts[integer % 3]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_650, 10_350));
    }

    [Fact]
    public void Bad_parameters_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("high", () => Stream.FillUniform(new float[1], 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("low", () => Stream.FillUniform(new float[1], float.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>("mean", () => Stream.FillNormal(new float[1], float.PositiveInfinity, 0));
        Assert.Throws<ArgumentOutOfRangeException>("standardDeviation", () => Stream.FillNormal(new float[1], 0, -1));
    }

    [Fact]
    public void Filling_allocates_nothing()
    {
        var numbers = new float[1000];
        Stream.FillNormal(numbers, 0, 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Stream.FillNormal(numbers, 0, 1);
        Stream.FillUniform(numbers, 0, 1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_source_hands_out_the_same_streams_in_the_same_order()
    {
        var source = new RandomSource(9);

        Assert.Equal(new RandomStream(9, 0), source.Next());
        Assert.Equal(new RandomStream(9, 1), source.Next());
        Assert.Equal(9UL, source.Seed);
    }
}
