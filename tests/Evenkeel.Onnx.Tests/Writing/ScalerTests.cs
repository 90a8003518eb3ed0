using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Scaling;

namespace Evenkeel.Onnx.Tests.Writing;

/// <summary>Scalers in front of networks.</summary>
public class ScalerTests
{
    [Fact]
    public void Columns_far_from_zero_keep_their_digits()
    {
        float[] table =
        [
            .. Enumerable.Range(0, 300).Select(i => (float)(i % 3 == 0 ? 1e6 + i % 7 : i % 3 == 1 ? 0.001 * (i % 11) : i % 5)),
        ];
        var features = Tensor.Create(table, [100, 3]);
        foreach (Scaler scaler in (Scaler[])
            [
                new StandardScaler(),
                new MinMaxScaler(),
                new RobustScaler(),
                new ScalerPipeline(new RobustScaler(), new ColumnTransformer((new MinMaxScaler(-1, 3), [0, 2]))),
            ])
        {
            scaler.Fit(features);
            var network = new Sequential(new Linear(3, 4, new RandomSource(1)));
            (byte[] file, _) = OnnxFile.Write(network, [3], scaler: scaler);
            using var peer = new OnnxRuntimePeer(file);
            Agreement.AssertClose([.. network.Predict(scaler.Transform(features))], peer.Run(features).Values, Agreement.Tolerance);
        }
    }

    [Fact]
    public void Scalers_that_are_no_affine_map_are_refused()
    {
        var network = new Sequential(new Linear(3, 4, new RandomSource(1)));
        foreach (Scaler scaler in (Scaler[])
            [
                new RowNormalizer(),
                new MinMaxScaler(clip: true),
                new ClippingScaler(1, 2),
                new QuantileTransformer(),
                new KBinsDiscretizer(),
                new Imputer(Imputation.Mean),
                new ScalerPipeline(new StandardScaler(), new LogScaler(10)),
            ])
        {
            scaler.Fit(Tensor.Create([1f, 2, 3, 4, 5, 7], [2, 3]));
            var e = Assert.Throws<NotSupportedException>(() => OnnxFile.Write(network, [3], scaler: scaler));
            Assert.Contains("affinely", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_with_scalers_are_not_read_since_single_precision_would_lose_their_digits()
    {
        var network = new Sequential(new Linear(2, 4, new RandomSource(1)));
        var scaler = new StandardScaler();
        scaler.Fit(Tensor.Create([1f, 2, 3, 4], [2, 2]));
        (byte[] file, _) = OnnxFile.Write(network, [2], scaler: scaler);
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(file));
        Assert.Equal(
            "1 node of the file cannot be read: 'scaler.wide' (Cast): it casts to double precision, as scalers in front of "
            + "networks do; networks of single precision without scalers are read.",
            e.Message);
    }

    [Fact]
    public void Scalers_of_other_columns_are_refused()
    {
        var network = new Sequential(new Linear(3, 4, new RandomSource(1)));
        var scaler = new StandardScaler();
        scaler.Fit(Tensor.Create([1f, 2, 3, 4], [2, 2]));
        var e = Assert.Throws<ArgumentException>(() => OnnxFile.Write(network, [3], scaler: scaler));
        Assert.Contains("rows of 2 columns; samples are [3]", e.Message, StringComparison.Ordinal);
    }
}
