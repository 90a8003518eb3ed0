using Evenkeel.Numerics.Columns;

namespace Evenkeel.Tests.Numerics.Columns;

public class WeightedPointsTests
{
    [Theory]
    [InlineData(true, new double[] { 0, 1, 3 }, new double[] { 1, 2.5, 2.25 }, 1.5)]
    [InlineData(false, new double[] { 0, 2, 4 }, new double[] { 1, 2.5, 2.25 }, 1.25)]
    public void Halving_keeps_one_of_two_neighbours_and_tells_the_weight_it_moved(
        bool keepLower, double[] values, double[] weights, double moved)
    {
        WeightedPoints points = Of((1, 1), (2, 1.5), (3, 1.25), (4, 1), (5, 1.75)), halved = Of((0, 1));

        Assert.Equal(moved, points.HalveInto(halved, keepLower));
        Assert.Equal(values, halved.Values);
        Assert.Equal(weights, halved.Weights);
        Assert.Equal([5], points.Values);
        Assert.Equal([1.75], points.Weights);
    }

    [Fact]
    public void Merging_keeps_values_in_order_with_their_weights()
    {
        WeightedPoints points = Of((1, 10), (3, 30), (5, 50));
        points.Merge(Of((0, 1), (3, 2), (4, 3), (9, 4)));

        Assert.Equal([0, 1, 3, 3, 4, 5, 9], points.Values);
        Assert.Equal(
            [1, 10, 32, 3, 50, 4], [points.Weights[0], points.Weights[1], points.Weights[2] + points.Weights[3], .. points.Weights[4..]]);
    }

    [Fact]
    public void Sorting_takes_the_weights_along()
    {
        WeightedPoints points = Of((3, 30), (1, 10), (2, 20));
        points.Sort();

        Assert.Equal([1, 2, 3], points.Values);
        Assert.Equal([10, 20, 30], points.Weights);
    }

    private static WeightedPoints Of(params ReadOnlySpan<(double Value, double Weight)> points)
    {
        var result = new WeightedPoints();
        foreach ((double value, double weight) in points)
        {
            result.Add(value, weight);
        }

        return result;
    }
}
