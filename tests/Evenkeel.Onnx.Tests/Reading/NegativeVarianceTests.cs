using Evenkeel.Normalization;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Reading;

/// <summary>Batch normalizations whose running variances are below 0, as rounding elsewhere can leave them.</summary>
public class NegativeVarianceTests
{
    [Fact]
    public void A_variance_that_epsilon_lifts_above_0_becomes_0_with_a_scale_to_match()
    {
        byte[] file = File(-8e-6f, 0.5f, -1e-7f);
        OnnxNetwork read = OnnxFile.Read(file);
        BatchNorm layer = read.Network.NamedLayers().Select(named => named.Layer).OfType<BatchNorm>().Single();
        Assert.Equal([0, 0.5, 0], layer.RunningStatistics!.Variance);
        Assert.Contains(read.Notes, note => note.Contains("2 of 3 running variances are negative", StringComparison.Ordinal));
        Assert.Equal(("x", "BatchNormalization0:out"), (read.InputName, read.OutputName));
        Agreement.AssertRuns(file, read.Network, [3, 2, 2], 2);
    }

    [Theory]
    [InlineData(-1e-5f)]
    [InlineData(-2)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_variance_that_leaves_no_finite_output_is_refused(float variance)
    {
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(File(0.5f, variance, 1)));
        Assert.Contains("channel 1", Assert.Single(e.Obstacles).Reason, StringComparison.Ordinal);
    }

    private static byte[] File(params double[] variances)
    {
        var builder = new ModelBuilder(15, 3, 2, 2);
        string[] constants =
        [
            .. new double[][] { [1, -2, 3], [0.5, 0, -0.5], [0.1, 0.2, 0.3], variances }
                .Select(values => builder.Constant(NdArray.Of([3], values))),
        ];
        return builder.Build(builder.Node("BatchNormalization", [ModelBuilder.X, .. constants]));
    }
}
