using Evenkeel.Explanations.Formulas;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Scaling;

namespace Evenkeel.Explanations.Methods;

/// <summary>Feature scaling: the columns of a table by each affine scaler, and back.</summary>
internal static class ScalingExplanation
{
    /// <summary>Explains feature scaling with a table, or with images, whose elements are the columns.</summary>
    public static Explanation Of(ExplanationInput input)
    {
        int[] shape = [input.Shape[0], ElementLayout.Product(input.Shape.AsSpan(1))];
        var table = new ColumnTable(shape, input.Values);
        double[] mean = table.Reduce(column => column.Average());
        double[] variance = table.Reduce(Variance);
        double[] deviation = [.. variance.Select(Math.Sqrt)];
        double[] minimum = table.Reduce(column => column.Min()), maximum = table.Reduce(column => column.Max());
        double[] largest = table.Reduce(column => column.Max(Math.Abs));
        double[] lower = table.Reduce(column => Quantile(column, 0.25)), median = table.Reduce(column => Quantile(column, 0.5));
        double[] upper = table.Reduce(column => Quantile(column, 0.75));
        return new Explanation(
            "scaling",
            "Feature scaling",
            "Each column of a table is shifted and scaled by statistics of its own, so that columns in different units become comparable.",
            [
                new Section(
                    SectionKind.Computation,
                    "The table",
                    "A row is a sample, a column a feature: [N, D].",
                    [new Step("table", [], [table.Quantity("x", "table", table.Values)])]),
                new Section(
                    SectionKind.Computation,
                    "Statistics of the columns",
                    "The standard deviation is the population's, with m = N.",
                    [
                        Statistic("mean", @"\mu = \mathrm{mean}(x)", @"\mu", mean),
                        Statistic("variance", @"\sigma^2 = \mathrm{mean}((x - \mu)^2)", @"\sigma^2", variance),
                        Statistic("standard deviation", @"\sigma = \sqrt{\sigma^2}", @"\sigma", deviation),
                        Statistic("smallest value", "", @"\min", minimum),
                        Statistic("largest value", "", @"\max", maximum),
                        Statistic("lower quartile", "", "q_{25}", lower),
                        Statistic("median", "", "q_{50}", median),
                        Statistic("upper quartile", "", "q_{75}", upper),
                    ]),
                Scaled("Zero mean", @"z = x - \mu", new ZeroMeanScaler(), mean, Ones(mean), "x = z + \\mu"),
                Scaled("Unit variance", @"z = \frac{x}{\sigma}", new UnitVarianceScaler(), Zeros(mean), deviation, @"x = \sigma \cdot z"),
                Scaled(
                    "Standard (z-score)", @"z = \frac{x - \mu}{\sigma}", new StandardScaler(), mean, deviation,
                        @"x = \sigma \cdot z + \mu"),
                Scaled(
                    "Min-max", @"z = \frac{x - \min}{\max - \min}", new MinMaxScaler(), minimum, Difference(maximum, minimum),
                    @"x = (\max - \min) \cdot z + \min"),
                Scaled("Max-abs", @"z = \frac{x}{\max(|x|)}", new MaxAbsScaler(), Zeros(mean), largest, @"x = \max(|x|) \cdot z"),
                Scaled(
                    "Robust", @"z = \frac{x - q_{50}}{q_{75} - q_{25}}", new RobustScaler(), median, Difference(upper, lower),
                    @"x = (q_{75} - q_{25}) \cdot z + q_{50}"),
            ])
        {
            Study = "feature-scaling",
            Documentation = "docs/scaling/README.md",
        };

        Step Statistic(string title, string formula, Formula symbol, double[] values) =>
            new(title, formula.Length == 0 ? [] : [formula], [new Quantity(symbol, $"{title} of each column", [shape[1]], ["D"], values)]);

        Section Scaled(string title, Formula formula, Scaler scaler, double[] center, double[] scale, Formula inverse)
        {
            scaler.Fit(LibraryPass.TensorOf(input.Values, shape));
            double[] z = [.. table.Values.Select((value, e) => (value - center[e % shape[1]]) / NonZero(scale[e % shape[1]]))];
            var scaled = scaler.Transform(LibraryPass.TensorOf(input.Values, shape));
            double[] library = LibraryPass.Widen(scaled), back = LibraryPass.Widen(scaler.InverseTransform(scaled));
            return new Section(
                SectionKind.Computation,
                title,
                "",
                [
                    new Step("scaled", [formula], [table.Quantity("z", "scaled", z) with { Library = library }])
                    {
                        Examples =
                        [
                            .. z.Select((value, e) => $"({Numbers.Short(table.Values[e])} − {Numbers.Operand(center[e % shape[1]])}) / "
                                + $"{Numbers.Short(NonZero(scale[e % shape[1]]))} = {Numbers.Short(value)}"),
                        ],
                    },
                    new Step("scaled back", [inverse], [table.Quantity("x", "scaled back", table.Values) with { Library = back }]),
                ]);
        }
    }

    /// <summary>A constant column keeps its scale.</summary>
    private static double NonZero(double scale) => scale == 0 ? 1 : scale;

    private static double Variance(double[] column)
    {
        double mean = column.Average();
        return column.Average(value => (value - mean) * (value - mean));
    }

    /// <summary>The quantile by linear interpolation between the sorted values.</summary>
    private static double Quantile(double[] column, double probability)
    {
        double[] sorted = [.. column.Order()];
        double position = probability * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    private static double[] Ones(double[] values) => [.. values.Select(_ => 1.0)];

    private static double[] Zeros(double[] values) => new double[values.Length];

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    /// <summary>A table by columns.</summary>
    private sealed class ColumnTable(int[] shape, float[] values)
    {
        public double[] Values { get; } = LibraryPass.Widen(values);

        public double[] Reduce(Func<double[], double> statistic) =>
            [.. Enumerable.Range(0, shape[1]).Select(column => statistic([.. Values.Where((_, e) => e % shape[1] == column)]))];

        public Quantity Quantity(Formula symbol, string meaning, double[] numbers) => new(symbol, meaning, shape, ["N", "D"], numbers);
    }
}
