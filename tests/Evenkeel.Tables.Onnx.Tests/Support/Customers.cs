using System.Globalization;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Onnx.Tests.Support;

/// <summary>Tables of customers with gaps, rare and unseen texts, and a label that depends on the columns.</summary>
internal static class Customers
{
    private static readonly string[] Cities = ["Berlin", "Ulm", "Köln", "São Paulo", "", "Jena"];
    private static readonly string[] Grades = ["A", "B", "C, \"D\"", "E"];

    /// <summary>Creates a table.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="classes">The number of classes of the label; 0 for a number.</param>
    /// <param name="isNew">Whether there are texts and gaps that a table for training does not have.</param>
    public static RawTable Table(int rows, int classes, bool isNew)
    {
        var random = new Random(isNew ? 7 : 3);
        string[][] cells = [.. Enumerable.Range(0, rows).Select(_ => Row(random, classes, isNew))];
        return new RawTable(["age", "outcome", "income", "debt", "city", "grade", "rooms"], cells);
    }

    /// <summary>The preparations of the columns.</summary>
    public static ColumnPreparation[] Preparations(CategoryEncoding encoding) =>
    [
        new NumberPreparation("age"),
        new NumberPreparation("income", () => new ScalerPipeline(new LogScaler(), new StandardScaler()))
        {
            Imputation = Imputation.Mean,
        },
        new NumberPreparation("debt", () => new ScalerPipeline(new ClippingScaler(-2, 1.5), new MinMaxScaler(-1, 1, clip: true)))
        {
            Indicator = false,
        },
        new NumberPreparation("rooms", () => new RobustScaler()) { Indicator = true },
        new CategoryPreparation("city") { Encoding = encoding, MinimumCount = 5 },
        new CategoryPreparation("grade") { Encoding = encoding },
    ];

    private static string[] Row(Random random, int classes, bool isNew)
    {
        double age = 18 + 60 * random.NextDouble(), income = 1000 * Math.Exp(2 * random.NextDouble()), debt = 4 * random.NextDouble() - 2;
        int city = random.Next(Cities.Length), grade = random.Next(Grades.Length), rooms = random.Next(1, 7);
        double score = age / 20 + debt - 0.0003 * income + 0.7 * grade + (city == 1 ? 1.5 : 0);
        string label = classes == 0
            ? Text(1e6 + 25_000 * score)
            : $"class {(int)Math.Clamp((score + 2) / 8 * classes, 0, classes - 1)}";
        return
        [
            random.Next(9) == 0 ? "" : Text(age),
            label,
            random.Next(9) == 0 ? "" : Text(isNew ? 3 * income : income),
            random.Next(9) == 0 ? "" : Text(isNew ? 2 * debt : debt),
            random.Next(40) == 0 ? $"village {random.Next(100)}" : Cities[city],
            isNew && random.Next(5) == 0 ? (random.Next(2) == 0 ? "" : "F") : Grades[grade],
            isNew && random.Next(9) == 0 ? "" : Text(rooms),
        ];
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
