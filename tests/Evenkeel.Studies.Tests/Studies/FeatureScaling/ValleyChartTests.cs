using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class ValleyChartTests
{
    [Theory]
    [InlineData(1, 0, 100, 10)]
    [InlineData(9, 0, 1, 3)]
    [InlineData(5, 4, 5, 3)]
    public void An_ellipse_is_as_long_as_the_root_of_the_curvatures_ratio(double h11, double h12, double h22, double elongation) =>
        Assert.Equal(elongation, ValleyChart.Elongation(new WeightPlane(h11, h12, h22, 1, 1, [new(0, 0, 0)])), 1e-12);

    [Fact]
    public void The_whole_ellipse_is_in_the_picture()
    {
        var chart = ValleyChart.Stretched(new WeightPlane(1, 0, 1e8, 2, 1e-4, [new(0, 0, 0)]), "red", "").Definition;
        double[] x = Domain("x"), y = Domain("y");
        var contours = chart["layer"]![0]!["data"]!["values"]!.AsArray();
        Assert.All(contours, point =>
        {
            Assert.InRange(point!["w1"]!.GetValue<double>(), x[0], x[1]);
            Assert.InRange(point["low"]!.GetValue<double>(), y[0], y[1]);
            Assert.InRange(point["high"]!.GetValue<double>(), y[0], y[1]);
        });

        double[] Domain(string axis) =>
            [.. chart["encoding"]![axis]!["scale"]!["domain"]!.AsArray().Select(end => end!.GetValue<double>())];
    }
}
