using System.Globalization;
using System.Text.RegularExpressions;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Samples;

/// <summary>The programs in samples/tables, each built and run as its first lines say.</summary>
public sealed class TableSampleTests(SamplePrograms programs) : IClassFixture<SamplePrograms>
{
    private const int MostLines = 15;

    private static string Folder => Path.Combine(Repository.Root, "samples/tables");

    [Fact]
    public async Task A_model_is_trained()
    {
        string[] lines = await Lines("train");

        Assert.Contains("age, age=missing, income, income=missing, city=Braga", lines[0], StringComparison.Ordinal);
        Assert.Equal("left out: customer_id (id), joined (date)", lines[1]);
        Assert.InRange(Number(lines[3], "accuracy "), 0.8, 1);
    }

    [Fact]
    public async Task A_table_is_cross_validated()
    {
        string[] lines = await Lines("cross-validate");

        Assert.Equal(6, lines.Length);
        Assert.All(lines[..5], line => Assert.Matches("^3[56] rows: accuracy ", line));
        Assert.InRange(Number(lines[5], "mean accuracy "), 0.94, 1);
    }

    [Fact]
    public async Task A_saved_model_predicts_in_another_process()
    {
        string[] lines = await Lines("predict");

        Assert.Equal(
            ["row 1: class 0", "row 26: class 0", "row 51: class 1", "row 76: class 1", "row 101: class 2", "row 126: class 2"],
            lines.Select(line => line.Split(',')[0]));
    }

    [Fact]
    public async Task A_confusion_matrix_and_the_area_under_the_curve_are_printed()
    {
        string[] lines = await Lines("confusion-matrix");

        Assert.Matches(@"^actual \\ predicted +no +yes$", lines[0]);
        Assert.Equal(60, lines[1..3].SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]).Sum(int.Parse));
        Assert.InRange(Number(lines[^1], "ROC curve: "), 0.85, 1);
    }

    [Fact]
    public async Task A_column_is_standardized_behind_its_logarithm()
    {
        string[] lines = await Lines("log-standardize");
        string[][] cells = [.. File.ReadLines(Path.Combine(Folder, "customers.csv")).Skip(1).Select(line => line.Split(','))];
        string[] incomes = [.. cells.Select(row => row[2]).Where(income => income != "")];
        double[] logs = [.. incomes.Select(income => Math.Log(1 + double.Parse(income, CultureInfo.InvariantCulture)))];
        double mean = logs.Average(), deviation = Math.Sqrt(logs.Average(log => (log - mean) * (log - mean)));

        Assert.StartsWith("200 rows of income, income=missing; ", lines[0], StringComparison.Ordinal);
        Assert.Equal((logs[0] - mean) / deviation, Number(lines[1], "first row: "), 6e-4);
    }

    [Fact]
    public void Each_program_is_short_tested_and_listed()
    {
        string page = File.ReadAllText(Path.Combine(Folder, "README.md"));
        string[] names = [.. Directory.GetFiles(Folder, "*.cs").Select(path => Path.GetFileNameWithoutExtension(path)!)];

        Assert.Equal(programs.Names.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.All(names, name =>
        {
            int lines = File.ReadLines(Path.Combine(Folder, name + ".cs")).Count(IsCode);
            Assert.InRange(lines, 1, MostLines);
            Assert.Contains($"({name}.cs)", page, StringComparison.Ordinal);
        });

        static bool IsCode(string line) =>
            !line.StartsWith('#') && !line.StartsWith("//", StringComparison.Ordinal) && line.Trim() is not ("" or "{" or "}");
    }

    private async Task<string[]> Lines(string program) =>
        (await programs.Printed(program)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static double Number(string line, string before) =>
        double.Parse(Regex.Match(line, Regex.Escape(before) + @"(-?[0-9.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
}
