using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables;
using Evenkeel.Tables.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary>Tables as people have them: with ids and texts, compressed, as Parquet.</summary>
public sealed class ScaleTablesTests : IDisposable
{
    private const string People = "id,city,age,income\n1,Berlin,30,1000\n2,Paris,40,3000\n3,Berlin,50,2000\n";
    private readonly CsvFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void A_table_with_an_id_and_a_text_is_fitted_and_transformed_without_further_ado()
    {
        _folder.Write("in.csv", People);
        CommandRun run = _folder.ScaleWell("fit", "@in.csv", "--scaler", "min-max", "--out", "@s.json");
        Assert.Equal($"evenkeel: left alone: id (id), city (category); --columns chooses.{Environment.NewLine}", run.Error);
        Assert.Equal(["age", "income"], ScalerFile.Load(_folder.PathOf("s.json")).ColumnNames);
        Assert.Equal("", _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv").Error);
        Assert.Equal("id,city,age,income\n1,Berlin,0,0\n2,Paris,0.5,1\n3,Berlin,1,0.5\n", _folder.Read("out.csv"));
    }

    [Theory]
    [InlineData("skip")]
    [InlineData("keep")]
    public void A_text_in_a_column_that_is_left_alone_is_no_problem_for_its_row(string policy)
    {
        _folder.Write("in.csv", People);
        CommandRun run = _folder.ScaleWell("fit", "@in.csv", "--on-error", policy, "--out", "@s.json");
        Assert.StartsWith("fit: 3 rows, 2 columns", run.Output, StringComparison.Ordinal);
        run.AssertOneErrorLine("left alone: id (id), city (category)");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@s.json", "--on-error", policy, "--out", "@out.csv");
    }

    [Fact]
    public void An_error_names_the_options_that_help_and_each_of_them_does()
    {
        _folder.Write("in.csv", "x,y,z\n1,2,0\n2,n/a,1\n2,4,1\n");
        string[] fit = ["fit", "@in.csv", "--out", "@s.json"];
        _folder.Scale(fit).AssertRefused(
            1,
            "line 3, column 2 (y): 'n/a' is not a number; --columns or --except leaves its column out, "
            + "--missing takes the text for a missing value, --on-error skip or keep goes on.");
        _folder.ScaleWell([.. fit, "--columns", "x,z"]);
        _folder.ScaleWell([.. fit, "--except", "y"]);
        Assert.Equal(["x", "z"], ScalerFile.Load(_folder.PathOf("s.json")).ColumnNames);
        _folder.ScaleWell([.. fit, "--missing", "n/a"]);
        _folder.ScaleWell([.. fit, "--on-error", "skip"]);
        _folder.ScaleWell([.. fit, "--on-error", "keep"]);
        _folder.Scale("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.csv").AssertRefused(
            1, "'n/a' is not a number; --missing takes the text for a missing value, --on-error skip or keep goes on.");
    }

    [Fact]
    public void Columns_that_are_left_out_exist_and_are_not_named_twice()
    {
        _folder.Write("in.csv", People);
        string[] fit = ["fit", "@in.csv", "--out", "@s.json"];
        _folder.ScaleWell([.. fit, "--except", "age,city"]).AssertOneErrorLine("left alone: id (id); --columns chooses.");
        Assert.Equal(["income"], ScalerFile.Load(_folder.PathOf("s.json")).ColumnNames);
        _folder.ScaleWell([.. fit, "--weights", "id"]).AssertOneErrorLine("left alone: city (category); --columns chooses.");
        _folder.Scale([.. fit, "--except", "town"]).AssertRefused(1, "has no column 'town'");
        _folder.Scale([.. fit, "--except", "id,city,age,income"]).AssertRefused(1, "has no column besides those that --except names");
        _folder.Scale([.. fit, "--except", "age,income"])
            .AssertRefused(1, "has no column of numbers: id (id), city (category); --columns chooses.");
        _folder.Scale([.. fit, "--except", "age", "--columns", "income"]).AssertRefused(2, "leave out --except");
        _folder.ScaleWell([.. fit, "--columns", "id"]);
    }

    [Fact]
    public void Describe_shows_kinds_within_80_columns_and_in_json()
    {
        string rows = string.Concat(Enumerable.Range(0, 60).Select(i =>
        {
            (string kind, string rare) = i % 3 == 0 ? ("a long name of a category", "1.5") : ($"c{i % 17}", "");
            return $"{i},2024-01-{1 + i % 28:00},{kind},words {i},same,{rare},{i * i}\n";
        }));
        _folder.Write("in.csv", "id,day,kind,words,one,rare,number\n" + rows);
        CommandRun run = _folder.ScaleWell("describe", "@in.csv");
        Assert.Equal(
            ["id (id)", "day (date)", "kind (category)", "words (text)", "one (constant)", "rare (constant)", "number (number)"],
            run.OutputLines.Where(line => line.Contains("): ", StringComparison.Ordinal)).Select(line => line[..(line.IndexOf(')') + 1)]));
        Assert.Contains("rare (constant): 20 numbers, 40 missing (mostly missing)", run.OutputLines);
        Assert.Contains(
            run.OutputLines, line => line.StartsWith("  18 distinct values: a long name of a categor… 20, c", StringComparison.Ordinal));
        Assert.All(
            run.OutputLines.Skip(1).Where(line => !line.StartsWith("Quartiles", StringComparison.Ordinal)),
            line => Assert.InRange(line.Length, 0, 80));
        string json = _folder.ScaleWell("describe", "@in.csv", "--json").Output;
        JsonElement columns = JsonDocument.Parse(json).RootElement.GetProperty("columns");
        Assert.Equal(
            ["id", "date", "category", "text", "constant", "constant", "number"],
            columns.EnumerateArray().Select(column => column.GetProperty("kind").GetString()));
        Assert.True(columns[5].GetProperty("mostly_missing").GetBoolean());
        Assert.Equal(18, columns[2].GetProperty("distinct").GetInt32());
        Assert.Equal(20, columns[2].GetProperty("values")[0].GetProperty("count").GetInt32());
    }

    [Fact]
    public void Compressed_files_are_read_and_written_with_the_same_bytes_each_time()
    {
        string text = "x,t\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i * 7919 % 1000},t\n"));
        _folder.Write("in.csv", text);
        _folder.Write("in.csv.gz", Zip(text));
        _folder.ScaleWell("fit", "@in.csv", "--columns", "x", "--out", "@a.json");
        _folder.ScaleWell("fit", "@in.csv.gz", "--columns", "x", "--out", "@b.json");
        Assert.Equal(_folder.Read("a.json"), _folder.Read("b.json"));
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@a.json", "--out", "@out.csv");
        _folder.ScaleWell("transform", "@in.csv.gz", "--scaler", "@a.json", "--out", "@1.csv.gz", "--threads", "1");
        _folder.ScaleWell("transform", "@in.csv", "--scaler", "@a.json", "--out", "@2.csv.gz", "--threads", "4");
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("1.csv.gz")), File.ReadAllBytes(_folder.PathOf("2.csv.gz")));
        using var stream = new GZipStream(File.OpenRead(_folder.PathOf("1.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        Assert.True(_folder.Read("out.csv") == reader.ReadToEnd());
        _folder.Write("cut.csv.gz", Zip(text)[..^9]);
        _folder.Scale("describe", "@cut.csv.gz").AssertRefused(1, "cut.csv.gz' is a damaged gzip file");
        _folder.Scale("transform", "@cut.csv.gz", "--scaler", "@a.json", "--out", "@3.csv").AssertRefused(1, "is a damaged gzip file");
        Assert.DoesNotContain("3.csv", _folder.Files());
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("robust")]
    [InlineData("yeo-johnson")]
    public void Parquet_and_csv_of_the_same_numbers_give_the_same_bits(string scaler)
    {
        const int Rows = 150_000;
        var random = new Random(5);
        double?[] x = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(20) == 0 ? null : (double?)(random.NextDouble() * 10 - 3))];
        long[] y = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt64(1000))];
        string[] t = [.. y.Select(value => $"t{value % 5}")];
        _folder.Write("in.csv", "x,t,y\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => Invariant($"{x[i]},{t[i]},{y[i]}\n"))));
        _folder.Write("in.parquet", ParquetBytes.Of(Group(0, 70_001), Group(70_001, 70_002), Group(70_002, Rows)));
        foreach (string threads in (string[])["1", "3"])
        {
            CommandRun csv = _folder.ScaleWell("fit", "@in.csv", "--scaler", scaler, "--out", "@c.json", "--threads", threads);
            CommandRun parquet = _folder.ScaleWell("fit", "@in.parquet", "--scaler", scaler, "--out", "@p.json", "--threads", threads);
            Assert.Equal(_folder.Read("c.json"), _folder.Read("p.json"));
            Assert.Equal(csv.Error, parquet.Error);
            Assert.Contains("left alone: t (category)", csv.Error, StringComparison.Ordinal);
        }

        (string, Array)[] Group(int from, int to) => [("x", x[from..to]), ("t", t[from..to]), ("y", y[from..to])];
        static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_parquet_file_becomes_a_parquet_file_with_the_other_columns_unchanged()
    {
        _folder.Write("in.parquet", ParquetBytes.Of(
            [
                ("x", new long?[] { 0, null, 10 }),
                ("t", new string[] { "a", null!, "b" }),
                ("y", new double[] { 1, double.NaN, 3 }),
                ("b", new bool?[] { true, null, false }),
            ],
            [("x", new long?[] { 5 }), ("t", new string[] { "c" }), ("y", new double[] { 5 }), ("b", new bool?[] { true })]));
        _folder.ScaleWell("fit", "@in.parquet", "--columns", "y,x", "--scaler", "min-max", "--out", "@s.json");
        CommandRun run = _folder.ScaleWell("transform", "@in.parquet", "--scaler", "@s.json", "--out", "@out.parquet");
        Assert.StartsWith("transform: 4 rows, 2 columns", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["0 'a' 0 'true'", "null null null null", "1 'b' 0.5 'false'", "0.5 'c' 1 'true'"],
            ReadTable.Rows(new TableFile(_folder.PathOf("out.parquet"))));
        _folder.ScaleWell("inverse", "@out.parquet", "--scaler", "@s.json", "--out", "@back.parquet");
        Assert.Equal(
            ["0 'a' 1 'true'", "null null null null", "10 'b' 3 'false'", "5 'c' 5 'true'"],
            ReadTable.Rows(new TableFile(_folder.PathOf("back.parquet"))));
        Assert.Contains(
            "y (number): 3 numbers, 1 missing", _folder.ScaleWell("describe", "@out.parquet").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_the_output_has_the_format_of_the_input()
    {
        _folder.Write("in.csv", "x\n1\n2\n");
        _folder.Write("in.parquet", ParquetBytes.Of([("x", new double[] { 1, 2 })]));
        _folder.ScaleWell("fit", "@in.csv", "--out", "@s.json");

        _folder.Scale("transform", "@in.csv", "--scaler", "@s.json", "--out", "@out.Parquet")
            .AssertRefused(2, "out.Parquet': a CSV file is written as CSV; choose a name that ends in .csv or .csv.gz.");
        _folder.Scale("transform", "@in.parquet", "--scaler", "@s.json", "--out", "@out.csv")
            .AssertRefused(2, "out.csv': a Parquet file is written as a Parquet file; choose a name that ends in .parquet.");
        Assert.DoesNotContain(_folder.Files(), name => name.StartsWith("out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_of_a_parquet_file_may_be_skipped()
    {
        _folder.Write("in.parquet", ParquetBytes.Of(
            [("x", new double[] { 0, double.PositiveInfinity, 2 }), ("t", new string[] { "a", "b", "c" })]));
        string[] fit = ["fit", "@in.parquet", "--scaler", "min-max", "--out", "@s.json"];
        _folder.Scale(fit).AssertRefused(1, "in.parquet', row 2, column 1 (x): 'Infinity' is infinite");
        _folder.ScaleWell([.. fit, "--on-error", "skip"]);
        _folder.ScaleWell("transform", "@in.parquet", "--scaler", "@s.json", "--on-error", "skip", "--out", "@out.parquet");
        Assert.Equal(["0 'a'", "1 'c'"], ReadTable.Rows(new TableFile(_folder.PathOf("out.parquet"))));
    }

    private static byte[] Zip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }
}
