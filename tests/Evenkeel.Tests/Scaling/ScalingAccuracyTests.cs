using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;
using Evenkeel.Scaling;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

/// <summary>
/// How far scalers, and scikit-learn's, are from what exact arithmetic gives. The table of errors in the documentation is that of
/// this build: to write it anew, run this test with <c>EVENKEEL_WRITE_ACCURACY=1</c>.
/// </summary>
public class ScalingAccuracyTests
{
    private static readonly Comparison[] Comparisons = [.. ReadCases()
        .GroupBy(golden => (golden.IsSingle, golden.Scaler))
        .SelectMany(group => group.Key.IsSingle
            ? Compare<float>(group.Key.Scaler, [.. group]) : Compare<double>(group.Key.Scaler, [.. group]))];

    [Fact]
    public void Parameters_and_single_precision_results_are_within_a_few_units_of_exact_arithmetic() =>
        Assert.All(Comparisons, c =>
        {
            Assert.InRange(c.Ours.Center, 0, 1);
            Assert.InRange(c.Ours.Scale ?? 0, 0, 4);
            Assert.InRange(c.Ours.Result, 0, c.IsSingle ? 1 : double.PositiveInfinity);
        });

    [Fact]
    public void Where_scikit_learn_differs_by_more_than_a_unit_it_is_further_from_exact_arithmetic() =>
        Assert.All(Comparisons, c =>
        {
            Assert.InRange(c.Ours.Center, 0, Math.Max(1, c.Theirs.Center));
            Assert.InRange(c.Ours.Scale ?? 0, 0, Math.Max(1, c.Theirs.Scale ?? double.PositiveInfinity));
            Assert.InRange(c.Ours.Result, 0, Math.Max(1, c.Theirs.Result));
        });

    [Fact]
    public void Only_columns_that_are_constant_count_as_constant() =>
        Assert.All(Comparisons, c => Assert.Equal(c.Scale.IsZero, c.Ours.Scale is null));

    [Fact]
    public void The_documented_errors_are_those_of_this_build()
    {
        string table = Table();
        string path = Path.Combine(Repository.Root, "docs/scaling/accuracy.md");
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_ACCURACY") == "1")
        {
            File.WriteAllText(path, table);
        }

        Assert.Equal(table, File.ReadAllText(path));
    }

    private static string Table()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Accuracy of the scalers

            Written by `ScalingAccuracyTests`, which fails if a figure is out of date.

            Errors against exact arithmetic, with those of scikit-learn 1.2.1 in parentheses, for the columns of a table of
            {ScalingColumns.Rows:N0} rows. Errors of center (mean or minimum) and scale (deviation, range or largest magnitude) are in
            units in the last place (ulp) of double precision, those of the center relative to the scale if that is larger. Errors of
            the results for a `float` and a `double` table are in ulp of the type, of the largest result of every
            {Comparisons[0].Step}th row. Rounding alone costs 0.5.

            "constant": scikit-learn treats the column as constant, and does not scale it. For 1e9 ± 1e-3 in `double`, the errors of the
            standard results are those of a center in double precision: half an ulp of 1e9 is 1e-4 of the deviation.

            | column | scaler | center | scale | `float` results | `double` results |
            | --- | --- | --- | --- | --- | --- |

            """);
        foreach ((Comparison single, Comparison wide) in Comparisons.Where(c => c.IsSingle).Zip(Comparisons.Where(c => !c.IsSingle)))
        {
            string scale = wide.Scale.IsZero ? "" : Pair(wide.Ours.Scale, wide.Theirs.Scale);
            string center = Pair(wide.Ours.Center, wide.Theirs.Center);
            string singles = Pair(single.Ours.Result, single.Theirs.Result), doubles = Pair(wide.Ours.Result, wide.Theirs.Result);
            text.Append(CultureInfo.InvariantCulture, $"| {wide.Column} | {wide.Scaler} | {center} | {scale} | {singles} | {doubles} |\n");
        }

        return text.ToString();

        static string Pair(double? ours, double? theirs) => $"{Text(ours)} ({Text(theirs)})";

        static string Text(double? error) =>
            error is { } ulps ? ulps.ToString(ulps < 100 ? "0.00" : "0e+00", CultureInfo.InvariantCulture) : "constant";
    }

    private static Case[] ReadCases()
    {
        string path = Path.Combine(GoldenFile.Folder, "scikit-learn", "feature-scaling.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        int step = document.RootElement.GetProperty("step").GetInt32();
        Assert.Equal(ScalingColumns.Rows, document.RootElement.GetProperty("rows").GetInt32());
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(item => new Case(
            item.GetProperty("column").GetString()!,
            item.GetProperty("type").GetString() == "float32",
            item.GetProperty("scaler").GetString()!,
            item.GetProperty("center").GetDouble(),
            Number(item.GetProperty("scale")),
            step,
            [.. item.GetProperty("result").EnumerateArray().Select(value => Number(value) ?? double.NaN)]))];

        static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();
    }

    private static IEnumerable<Comparison> Compare<T>(string scalerName, Case[] cases)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        AffineScaler scaler = scalerName switch
        {
            "standard" => new StandardScaler(),
            "min-max" => new MinMaxScaler(),
            _ => new MaxAbsScaler(),
        };
        Assert.Equal(ScalingColumns.All.Keys, cases.Select(golden => golden.Column));
        T[][] columns = [.. ScalingColumns.All.Values.Select(column => Array.ConvertAll(column, T.CreateTruncating))];
        T[] elements = [.. Enumerable.Range(0, ScalingColumns.Rows).SelectMany(row => columns.Select(column => column[row]))];
        Tensor<T> table = Tensor.Create(elements, [ScalingColumns.Rows, columns.Length]);
        scaler.Fit(table);
        T[] results = [.. scaler.Transform(table)];
        return cases.Select((golden, c) => Compare(
            golden, scaler, c, columns[c], [.. Enumerable.Range(0, ScalingColumns.Rows).Select(row => results[row * columns.Length + c])]));
    }

    private static Comparison Compare<T>(Case golden, AffineScaler scaler, int c, T[] column, T[] result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] values = Array.ConvertAll(column, double.CreateTruncating);
        var exact = new ExactColumn(values);
        (Exact center, Exact scale) = golden.Scaler switch
        {
            "standard" => (exact.Mean, exact.Variance.Sqrt()),
            "min-max" => (exact.Min, exact.Max - exact.Min),
            _ => (Exact.Of(0), Exact.Of(values.Where(double.IsFinite).Max(Math.Abs))),
        };
        int[] rows = [.. Enumerable.Range(0, golden.Result.Length).Select(i => i * golden.Step)];
        Assert.All(rows.Zip(golden.Result), row => Assert.Equal(
            (double.IsNaN(values[row.First]), double.IsNaN(row.Second)),
            (T.IsNaN(result[row.First]), double.IsNaN(values[row.First]))));
        Exact?[] expected = [.. rows.Select(row => double.IsNaN(values[row]) ? (Exact?)null
            : scale.IsZero ? Exact.Of(values[row]) - center
            : (Exact.Of(values[row]) - center) / scale)];
        double largest = expected.Max(value => value is { } number ? Math.Abs(number.ToDouble()) : 0);
        T reference = T.CreateTruncating(largest == 0 ? 1 : largest);
        double unit = double.CreateTruncating(T.BitIncrement(reference) - reference);

        return new Comparison(
            golden.Column,
            golden.IsSingle,
            golden.Scaler,
            golden.Step,
            scale,
            Errors(
                scaler.Center[c],
                scaler.IsConstant[c] ? null : scaler.Scale[c],
                [.. rows.Select(row => double.CreateTruncating(result[row]))]),
            Errors(golden.Center, golden.Scale, golden.Result));

        Errors Errors(double fittedCenter, double? fittedScale, double[] results) => new(
            Distance(fittedCenter, center) / Math.Max(Unit(center), Unit(scale)),
            fittedScale is { } number ? Distance(number, scale) / Unit(scale) : null,
            expected.Zip(results).Max(pair => pair.First is { } value ? Distance(pair.Second, value) / unit : 0));

        static double Distance(double actual, Exact expected) => (Exact.Of(actual) - expected).Abs().ToDouble();

        static double Unit(Exact value)
        {
            double magnitude = Math.Abs(value.ToDouble());
            return Math.BitIncrement(magnitude) - magnitude;
        }
    }

    /// <summary>What scikit-learn fitted to a column, and made of every so many rows; no scale where it takes it for constant.</summary>
    private sealed record Case(string Column, bool IsSingle, string Scaler, double Center, double? Scale, int Step, double[] Result);

    /// <summary>Errors in units in the last place; no scale where the column counts as constant.</summary>
    private sealed record Errors(double Center, double? Scale, double Result);

    private sealed record Comparison(string Column, bool IsSingle, string Scaler, int Step, Exact Scale, Errors Ours, Errors Theirs);
}
