using System.Numerics.Tensors;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

/// <summary>Scalers of every kind, and tables to fit them to.</summary>
internal static class Scalers
{
    /// <summary>How many columns the tables have.</summary>
    public const int Columns = 5;

    /// <summary>Unfitted scalers by name, with settings other than the usual ones too.</summary>
    public static IReadOnlyDictionary<string, Func<Scaler>> Unfitted { get; } = new Dictionary<string, Func<Scaler>>
    {
        ["zero-mean"] = () => new ZeroMeanScaler(),
        ["unit-variance"] = () => new UnitVarianceScaler(),
        ["unit-variance of the sample"] = () => new UnitVarianceScaler(VarianceEstimator.Sample),
        ["standard"] = () => new StandardScaler(),
        ["standard of the sample"] = () => new StandardScaler(VarianceEstimator.Sample),
        ["min-max"] = () => new MinMaxScaler(),
        ["min-max, clipped"] = () => new MinMaxScaler(-0.1, 3, clip: true),
        ["max-abs"] = () => new MaxAbsScaler(),
        ["robust"] = () => new RobustScaler(),
        ["robust, with other quantiles"] = () => new RobustScaler(0.05, 0.9),
        ["yeo-johnson"] = () => new YeoJohnsonScaler(),
        ["yeo-johnson, not standardized"] = () => new YeoJohnsonScaler(standardize: false),
        ["log"] = () => new LogScaler(1e150),
        ["row-norm"] = () => new RowNormalizer(),
        ["row-norm l1"] = () => new RowNormalizer(VectorNorm.L1),
        ["clip"] = () => new ClippingScaler(-0.5, 1e9),
        ["clip above"] = () => new ClippingScaler(double.NegativeInfinity, 0.25),
        ["quantile"] = () => new QuantileTransformer(),
        ["quantile, normal"] = () => new QuantileTransformer(7, OutputDistribution.Normal),
        ["bins of equal width"] = () => new KBinsDiscretizer(4, BinStrategy.Uniform),
        ["bins"] = () => new KBinsDiscretizer(3),
        ["imputer"] = () => new Imputer(Imputation.Constant, -1.5),
        ["columns imputed"] = () => new ColumnTransformer(
            (new Imputer(Imputation.Mean), [0, 4]), (new Imputer(Imputation.MostFrequent), [1, 2])),
        ["columns imputed by medians"] = () => new ColumnTransformer((new Imputer(Imputation.Median), [0, 1, 2, 4])),
        ["pipeline"] = () => new ScalerPipeline(new ClippingScaler(-1e149, 1e149), new LogScaler(1e150), new StandardScaler()),
        ["pipeline of columns"] = () => new ScalerPipeline(
            new ColumnTransformer((new MinMaxScaler(), [1, 3])), new ClippingScaler(-1, 1)),
        ["columns with pipeline"] = () => new ColumnTransformer(
            (new ScalerPipeline(new LogScaler(1e150), new MinMaxScaler()), [4, 0]), (new StandardScaler(), [2])),
        ["pipeline in several passes"] = () => new ScalerPipeline(
            new MinMaxScaler(), new LogScaler(), new StandardScaler(), new QuantileTransformer(5), new ClippingScaler(0.1, 0.9)),
        ["columns"] = () => new ColumnTransformer(
            (new StandardScaler(), [4, 0]), (new MinMaxScaler(-1, 1), [1]), (new MaxAbsScaler(), [3])),
        ["columns by quantiles"] = () =>
            new ColumnTransformer((new RobustScaler(), [0, 4]), (new YeoJohnsonScaler(), [2, 3]), (new LogScaler(), [1])),
        ["columns with rows"] = () => new ColumnTransformer((new RowNormalizer(VectorNorm.Max), [0, 4]), (new ZeroMeanScaler(), [1, 2, 3])),
    };

    /// <summary>The names.</summary>
    public static TheoryData<string> Names => [.. Unfitted.Keys];

    /// <summary>The names of those that are fitted exactly once, and not further when they come from a file.</summary>
    public static TheoryData<string> NamesOfFinal => [.. Final];

    /// <summary>The names of those that can be fitted further.</summary>
    public static TheoryData<string> NamesOfOpen => [.. Unfitted.Keys.Except([.. Final, "pipeline in several passes"])];

    private static string[] Final { get; } =
    [
        "robust", "robust, with other quantiles", "yeo-johnson", "yeo-johnson, not standardized", "columns by quantiles",
        "quantile", "quantile, normal", "bins", "columns imputed by medians",
    ];

    /// <summary>A scaler fitted to a table drawn with a seed, with missing values.</summary>
    public static Scaler Fitted(string name, int seed = 1)
    {
        Scaler scaler = Unfitted[name]();
        scaler.Fit(Table(20, seed));
        return scaler;
    }

    /// <summary>
    /// A table whose columns are: plain, far from zero, tiny, constant, and huge. One value in ten is missing, and of the constant
    /// column all are where the seed is even.
    /// </summary>
    public static Tensor<double> Table(int rows, int seed)
    {
        var random = new Random(seed);
        var values = new double[rows * Columns];
        for (int i = 0; i < values.Length; i++)
        {
            double uniform = 2 * random.NextDouble() - 1;
            values[i] = random.Next(10) == 0 ? double.NaN : (i % Columns) switch
            {
                0 => uniform,
                1 => 1e9 + 1e-3 * uniform,
                2 => 1e-300 * uniform,
                3 => seed % 2 == 0 ? double.NaN : 7,
                _ => 1e150 * uniform,
            };
        }

        return TestData.Tensor(values, rows, Columns);
    }
}
