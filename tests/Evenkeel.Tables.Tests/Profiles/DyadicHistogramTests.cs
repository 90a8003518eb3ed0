using Evenkeel.Tables.Profiles;

namespace Evenkeel.Tables.Tests.Profiles;

public sealed class DyadicHistogramTests
{
    public static TheoryData<string, double[]> Values => new()
    {
        { "a constant", [3, 3, 3] },
        { "zero", [0, -0.0] },
        { "zero and more", [0, 5, 5, 1e-3] },
        { "both signs", [-1, 1, -0.001, 0.001, 0] },
        { "a large offset", [1e9, 1e9 + 1e-3, 1e9 - 1e-3, 1e9] },
        { "an outlier", [1, 2, 3, 1e300] },
        { "the smallest and the largest", [double.Epsilon, -double.Epsilon, double.MaxValue, -double.MaxValue, 1e-310] },
        { "tiny ones behind a huge one", [1e300, -1e-300, 1e-300] },
        { "many", [.. Enumerable.Range(0, 5000).Select(i => Math.Tan(i))] },
        { "whole numbers", [.. Enumerable.Range(0, 1000).Select(i => (double)(i * i % 90))] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Each_value_is_counted_in_its_bin_and_bins_are_not_wider_than_needed(string name, double[] values)
    {
        DyadicHistogram histogram = Of(values);
        Assert.True(histogram.Counts.Length is > 0 and <= DyadicHistogram.MaxBins, name);
        double lowest = Bin(values.Min(), histogram.Width);
        Assert.Equal(lowest * histogram.Width, histogram.Low);
        for (int i = 0; i < histogram.Counts.Length; i++)
        {
            Assert.Equal(values.Count(v => Bin(v, histogram.Width) == lowest + i), histogram.Counts[i]);
        }

        Assert.True(histogram.Counts[0] > 0 && histogram.Counts[^1] > 0, name);
        double first = Bin(values.Min(), histogram.Width / 2), last = Bin(values.Max(), histogram.Width / 2);
        bool couldBeFiner = last - first < DyadicHistogram.MaxBins;
        Assert.True(!couldBeFiner || values.Max(Math.Abs) >= Math.ScaleB(histogram.Width, 52) || values.All(v => v == 0), name);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Neither_the_order_of_values_nor_merges_matter(string name, double[] values)
    {
        DyadicHistogram expected = Of(values);
        var shuffled = (double[])values.Clone();
        new Random(1).Shuffle(shuffled);
        foreach (int share in (int[])[0, 1, values.Length / 2, values.Length])
        {
            DyadicHistogram merged = Of(shuffled[..share]);
            merged.Merge(Of(shuffled[share..]));
            Assert.True(expected.Low == merged.Low && expected.Width == merged.Width, name);
            Assert.Equal(expected.Counts.ToArray(), merged.Counts.ToArray());
        }
    }

    private static double Bin(double value, double width) => value < 0 && value / width == 0 ? -1 : Math.Floor(value / width);

    private static DyadicHistogram Of(double[] values)
    {
        var histogram = new DyadicHistogram();
        foreach (double value in values)
        {
            histogram.Add(value);
        }

        return histogram;
    }
}
