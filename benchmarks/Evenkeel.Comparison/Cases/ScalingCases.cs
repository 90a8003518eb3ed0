using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Comparison.Cases;

/// <summary>Fitting and transforming a table with each scaler.</summary>
internal static class ScalingCases
{
    private const string Group = "scaling";

    private static readonly nint[] Large = [200_000, 32];

    /// <summary>For scalers whose fit takes long.</summary>
    private static readonly nint[] Small = [20_000, 16];

    public static IEnumerable<Case> All =>
    [
        .. Cases("standard", Large, () => new StandardScaler()),
        .. Cases("standard", Large, () => new StandardScaler(), columnMajor: true),
        .. Cases("min-max", Large, () => new MinMaxScaler(clip: true)),
        .. Cases("max-abs", Large, () => new MaxAbsScaler()),
        .. Cases("robust", Small, () => new RobustScaler()),
        .. Cases("yeo-johnson", Small, () => new YeoJohnsonScaler()),
        .. Cases("log", Large, () => new LogScaler(offset: 10)),
        .. Cases("row-norm", Large, () => new RowNormalizer(VectorNorm.L2)),
        .. Cases("columns", Small, () => new ColumnTransformer(
            (new StandardScaler(), [0, 1, 2, 3, 4, 5]), (new MinMaxScaler(), [6, 8, 10, 12]), (new LogScaler(offset: 10), [7, 9]))),
    ];

    private static IEnumerable<Case> Cases(string scaler, nint[] shape, Func<Scaler> make, bool columnMajor = false)
    {
        string name = $"{scaler}{(columnMajor ? " column-major" : "")} {Data.Describe(shape)}";
        return
        [
            new(Group, $"{name} fit", () =>
            {
                Scaler scaler = make();
                Tensor<float> table = Data.Normal(shape, seed: 1);
                return () => scaler.Fit<float>(Span(table, columnMajor));
            }),
            new(Group, $"{name} transform", () =>
            {
                Scaler scaler = make();
                Tensor<float> table = Data.Normal(shape, seed: 1), result = Data.Normal(shape, seed: 2);
                scaler.Fit<float>(Span(table, columnMajor));
                return () => scaler.Transform<float>(Span(table, columnMajor), Span(result, columnMajor));
            }),
        ];
    }

    private static TensorSpan<float> Span(Tensor<float> table, bool columnMajor) =>
        new(table.Elements(), table.Lengths, columnMajor ? [1, table.Lengths[0]] : []);
}
