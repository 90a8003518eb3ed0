using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Onnx;
using Evenkeel.Onnx.Writing;
using Evenkeel.Scaling;
using Evenkeel.Tables.Onnx.Tests.Support;
using Evenkeel.Tables.Onnx.Writing;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Onnx.Tests.Writing;

/// <summary>The features that a file makes of raw columns, compared with those of the library.</summary>
public sealed class PreparationWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Scalers => [.. Created.Keys];

    private static Dictionary<string, Func<Scaler>> Created { get; } = new()
    {
        ["standard"] = () => new StandardScaler(),
        ["min-max"] = () => new MinMaxScaler(2, 5),
        ["min-max that clips"] = () => new MinMaxScaler(clip: true),
        ["max-abs"] = () => new MaxAbsScaler(),
        ["robust"] = () => new RobustScaler(),
        ["zero mean"] = () => new ZeroMeanScaler(),
        ["clip"] = () => new ClippingScaler(1, 3),
        ["clip below"] = () => new ClippingScaler(2, double.PositiveInfinity),
        ["clip above"] = () => new ClippingScaler(double.NegativeInfinity, 2),
        ["no clip"] = () => new ClippingScaler(double.NegativeInfinity, double.PositiveInfinity),
        ["imputer"] = () => new ScalerPipeline(new Imputer(Imputation.Mean), new StandardScaler()),
        ["columns"] = () => new ColumnTransformer((new MinMaxScaler(), [0])),
        ["log"] = () => new LogScaler(),
        ["log of the number"] = () => new LogScaler(0),
        ["log of a sum"] = () => new LogScaler(100),
        ["log, standard"] = () => new ScalerPipeline(new LogScaler(), new StandardScaler()),
        ["clip, log, robust"] = () => new ScalerPipeline(new ClippingScaler(0, 1e4), new LogScaler(), new RobustScaler()),
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Scalers))]
    public void Numbers_give_the_same(string scaler)
    {
        // Logarithms of two libraries may round differently, everything else may not.
        bool hasLog = scaler.Contains("log", StringComparison.Ordinal);
        foreach (double size in (double[])[1, 1e6, 1e-12])
        {
            RawTable rows = RawTable.Of(
                ("x", [.. Enumerable.Range(0, 50).Select(i => i % 7 == 3 ? "" : Text(size * (1 + i * i % 29 + i / 64.0)))]));
            foreach (bool indicator in (bool[])[false, true])
            {
                AssertFeatures(rows, hasLog ? 2e-7 : 0, new NumberPreparation("x", Created[scaler]) { Indicator = indicator });
            }
        }
    }

    [Theory]
    [InlineData(Imputation.Mean)]
    [InlineData(Imputation.Median)]
    [InlineData(Imputation.MostFrequent)]
    [InlineData(Imputation.Constant)]
    public void Gaps_are_filled(Imputation imputation)
    {
        RawTable rows = RawTable.Of(("x", ["1", "", "7", "1", "", "12"]));
        AssertFeatures(rows, 0, new NumberPreparation("x") { Imputation = imputation, Constant = -3 });
    }

    [Theory]
    [InlineData(CategoryEncoding.OneHot)]
    [InlineData(CategoryEncoding.Ordinal)]
    [InlineData(CategoryEncoding.Embedding)]
    public void Categories_give_the_same(CategoryEncoding encoding)
    {
        string[] gaps = ["b", "", "a", "c", "b", "a", ""], full = ["b", "c", "a", "c", "b", "a", "b"];
        string[] applied = ["a", "", "b", "unseen", "c", "A", "(missing)", "(other)"];
        foreach (string[] fitted in (string[][])[gaps, full])
        {
            foreach (int minimum in (int[])[1, 2, 100])
            {
                AssertFeatures(RawTable.Of(("k", fitted)), RawTable.Of(("k", applied)), 0, new CategoryPreparation("k")
                {
                    Encoding = encoding,
                    MinimumCount = minimum,
                });
            }

            AssertFeatures(RawTable.Of(("k", fitted)), RawTable.Of(("k", applied)), 0, new CategoryPreparation("k", ["c", "z", "a"])
            {
                Encoding = encoding,
            });
        }
    }

    [Fact]
    public void Features_are_in_the_order_of_the_preparation()
    {
        RawTable rows = RawTable.Of(("a", ["1", "2", ""]), ("b", ["x", "y", ""]), ("c", ["4", "3", "9"]));
        AssertFeatures(
            rows, 0, new NumberPreparation("c"), new CategoryPreparation("b"), new NumberPreparation("a") { Indicator = true });
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private void AssertFeatures(RawTable rows, double tolerance, params ColumnPreparation[] columns) =>
        AssertFeatures(rows, rows, tolerance, columns);

    private void AssertFeatures(RawTable fitted, RawTable applied, double tolerance, params ColumnPreparation[] columns)
    {
        var preparation = new TablePreparation(columns);
        preparation.Fit(fitted.Write(_folder, "fitted.csv"));
        Tensor<float> expected = preparation.Transform(applied.Write(_folder, "applied.csv"));
        var graph = new GraphWriter(21, [.. columns.Select(column => column.Name), "output"]);
        OnnxValue features = graph.NameOutput(PreparationWriter.Write(graph, columns), "output");
        Assert.Equal([preparation.Width], features.Shape);
        graph.Graph.Output.Add(GraphWriter.Value(features));
        using var runtime = new TableRuntime(OnnxFile.ToBytes(graph));
        float[] actual = (float[])runtime.Run(applied, columns)[0];
        Assert.Equal(expected.FlattenedLength, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
    }
}
