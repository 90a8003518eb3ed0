using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Tests.Support;

/// <summary>Tables in memory, and their features.</summary>
internal static class TestTables
{
    /// <summary>A table with one column of numbers, named x.</summary>
    public static TableColumns OfNumbers(params double[] values) => new TableColumns().Add("x", values);

    /// <summary>A table with one column of texts, named x.</summary>
    public static TableColumns OfTexts(params string?[] values) => new TableColumns().Add("x", values);

    /// <summary>A table of numbers, categories and gaps, whose label depends on both.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="asNumber">Whether the label <c>y</c> is a number; otherwise one of the classes no and yes.</param>
    /// <param name="name">The name of the table.</param>
    public static TableColumns Mixed(int rows, bool asNumber = false, string name = "mixed")
    {
        var random = new Random(7);
        double[] size = new double[rows], weight = new double[rows], target = new double[rows];
        string?[] color = new string?[rows], label = new string?[rows];
        for (int row = 0; row < rows; row++)
        {
            size[row] = Math.Round(random.NextDouble() * 10, 3);
            weight[row] = random.Next(5) == 0 ? double.NaN : Math.Round(random.NextDouble() * 100, 2);
            color[row] = random.Next(6) switch { 0 or 1 => "red", 2 or 3 => "green", 4 => "blue", _ => null };
            target[row] = 1000 + 30 * size[row] + (color[row] == "red" ? 100 : 0) + random.NextDouble();
            label[row] = size[row] + (color[row] == "red" ? 3 : 0) > 6 ? "yes" : "no";
        }

        TableColumns table = new TableColumns(name).Add("size", size).Add("weight", weight).Add("color", color);
        return asNumber ? table.Add("y", target) : table.Add("y", label);
    }

    /// <summary>The features of a table, row by row, to which the preparation is fitted first.</summary>
    public static float[][] Fitted(this TablePreparation preparation, TableSource table) => Rows(preparation.FitTransform(table));

    /// <summary>The features of a table, row by row.</summary>
    public static float[][] Features(this TablePreparation preparation, TableSource table) => Rows(preparation.Transform(table));

    private static float[][] Rows(Tensor<float> features) => [.. features.Elements().ToArray().Chunk((int)features.Lengths[1])];
}
