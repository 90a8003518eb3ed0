using System.Globalization;
using System.Text;
using System.Text.Json;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary>Tables that lie in several files, and states of some of them.</summary>
public sealed class ScalePartsTests : IDisposable
{
    private const int Parts = 5;
    private readonly CsvFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("min-max")]
    [InlineData("max-abs")]
    [InlineData("robust")]
    [InlineData("quantile")]
    [InlineData("bins")]
    [InlineData("yeo-johnson")]
    [InlineData("clip,standard", "--limits", "-100,900")]
    [InlineData("robust", "--weights", "w")]
    [InlineData("standard", "--weights", "w", "--deviation", "sample")]
    public void The_bits_depend_on_no_grouping_order_threads_or_format(params string[] scaler)
    {
        // More rows in all than the capacity of a sketch.
        WriteParts(rows: 4500);
        string[] fit = ["fit", "--scaler", .. scaler];
        _folder.ScaleWell([.. fit, "@part-*.csv", "--out", "@whole.json"]);
        string expected = _folder.Read("whole.json");
        Assert.Contains("\"columns\"", expected, StringComparison.Ordinal);
        _folder.ScaleWell([.. fit, .. Numbers(2, 0, 4, 1, 3).Select(i => $"@part-{i}.csv"), "--threads", "3", "--out", "@other.json"]);
        Assert.Equal(expected, _folder.Read("other.json"));
        _folder.ScaleWell([.. fit, "@part-*.parquet", "--threads", "1", "--out", "@other.json"]);
        Assert.Equal(expected, _folder.Read("other.json"));

        foreach (int i in Numbers(0, 1, 2, 3, 4))
        {
            _folder.ScaleWell([.. fit, $"@part-{i}.csv", "--threads", $"{1 + i % 3}", "--state", $"@s{i}.json"]);
        }

        _folder.ScaleWell([.. fit, "@part-3.csv", "@part-0.csv", "--state", "@group.json", "--parts", "5"]);
        _folder.ScaleWell("merge", "@s4.json", "@s2.json", "--state", "@merged.json");
        foreach (string[] states in (string[][])
            [["s0", "s1", "s2", "s3", "s4"], ["s3", "s1", "s0", "s4", "s2"], ["s2", "group", "s4", "s1"], ["group", "s1", "merged"]])
        {
            _folder.ScaleWell(["merge", .. states.Select(state => $"@{state}.json"), "--parts", "5", "--out", "@other.json"]);
            Assert.Equal(expected, _folder.Read("other.json"));
        }
    }

    [Fact]
    public void A_table_of_one_part_has_the_bits_of_its_fit()
    {
        WriteParts(rows: 300);
        foreach (string scaler in (string[])["standard", "robust"])
        {
            _folder.ScaleWell("fit", "@part-1.csv", "--scaler", scaler, "--out", "@a.json");
            CommandRun run = _folder.ScaleWell("fit", "@part-1.*v", "--scaler", scaler, "--out", "@b.json");
            Assert.StartsWith("fit: 300 rows of 1 part, 3 columns in ", run.Output, StringComparison.Ordinal);
            _folder.ScaleWell("fit", "@part-1.csv", "--scaler", scaler, "--state", "@s.json");
            _folder.ScaleWell("merge", "@s.json", "--out", "@c.json");
            Assert.Equal(_folder.Read("a.json"), _folder.Read("b.json"));
            Assert.Equal(_folder.Read("a.json"), _folder.Read("c.json"));
        }
    }

    [Fact]
    public void Summaries_count_the_parts()
    {
        WriteParts(rows: 10);
        CommandRun run = _folder.ScaleWell("fit", "@part-?.csv", "--out", "@s.json");
        Assert.StartsWith("fit: 50 rows of 5 parts, 3 columns in ", run.Output, StringComparison.Ordinal);
        run.AssertOneErrorLine("left alone: t (category)");
        string json = _folder.ScaleWell("fit", "@part-?.csv", "--state", "@a.json", "--json").Output;
        Assert.Equal(5, JsonDocument.Parse(json).RootElement.GetProperty("parts").GetInt32());
        json = _folder.ScaleWell("merge", "@a.json", "--out", "@s2.json", "--json").Output;
        JsonElement summary = JsonDocument.Parse(json).RootElement;
        Assert.Equal((50, 5), (summary.GetProperty("rows").GetInt32(), summary.GetProperty("parts").GetInt32()));
        Assert.Equal(_folder.Read("s.json"), _folder.Read("s2.json"));
        json = _folder.ScaleWell("fit", "@part-1.csv", "--out", "@s.json", "--json").Output;
        Assert.DoesNotContain("parts", json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_that_is_missing_broken_or_of_other_columns_is_named()
    {
        WriteParts(rows: 10);
        string[] fit = ["fit", "@part-*.csv", "--out", "@s.json"];
        File.Delete(_folder.PathOf("part-2.csv"));
        _folder.Scale(fit).AssertRefused(
            1, "there are 4 numbered parts, but in between one is missing: \"part-2.csv\"; if these are all, --parts 4 tells");
        _folder.ScaleWell([.. fit, "--parts", "4"]);
        _folder.Scale([.. fit, "--parts", "6"]).AssertRefused(1, "only 4 of 6 parts are there; missing: \"part-2.csv\"");
        _folder.Scale([.. fit, "--parts", "3"]).AssertRefused(1, "there are 4 parts, but only 3");
        _folder.Scale("fit", "@part-1.csv", "@part-2.csv", "--out", "@s.json").AssertRefused(1, "there is no file", "part-2.csv'");
        _folder.Scale("fit", "@nothing-*.csv", "--out", "@s.json").AssertRefused(1, "no file matches", "nothing-*.csv'");
        _folder.Scale("fit", "@none/part-*.csv", "--out", "@s.json").AssertRefused(1, "no file matches");

        _folder.Write("part-2.csv", "x,y,w\n1,2,3\n2,text,4\n");
        _folder.Scale(fit).AssertRefused(1, "part-2.csv', line 3, column 2 (y): 'text' is not a number");
        _folder.Write("part-2.csv", "x,w\n1.5,2\n2,3\n");
        _folder.Scale(fit).AssertRefused(
            1, "part-2.csv' has the columns of numbers 'x', 'w', but '", "part-0.csv' 'x', 'y', 'w'; --columns names those of all parts");
        _folder.Scale([.. fit, "--columns", "x,y"]).AssertRefused(1, "part-2.csv' has no column 'y'");
        _folder.ScaleWell([.. fit, "--columns", "x,w"]);
        _folder.Write("part-2.csv", "x,w,y\n1.5,2,1\n2,3,2\n");
        _folder.Scale(fit).AssertRefused(1, "part-2.csv' has the columns of numbers 'x', 'w', 'y'");
        _folder.ScaleWell([.. fit, "--columns", "x,y"]);
        _folder.Write("part-2.csv", "");
        _folder.Scale(fit).AssertRefused(1, "part-2.csv' ");
        _folder.Write("part-2.csv", Encoding.UTF8.GetBytes("PAR1 cut"));
        _folder.Scale(fit).AssertRefused(1, "part-2.csv' ");
    }

    [Fact]
    public void A_part_without_rows_has_no_say()
    {
        _folder.Write("p1.csv", "id,x\n1,5\n2,7\n3,4\n");
        _folder.Write("p2.csv", "id,x\n");
        _folder.Write("p3.csv", "id,x\n4,9\n5,NaN\n6,4\n");
        _folder.ScaleWell("fit", "@p*.csv", "--out", "@a.json").AssertOneErrorLine("left alone: id (id)");
        foreach (int i in Numbers(1, 2, 3))
        {
            _folder.ScaleWell("fit", $"@p{i}.csv", "--state", $"@s{i}.json");
        }

        _folder.ScaleWell("merge", "@s*.json", "--out", "@b.json");
        Assert.Equal(_folder.Read("a.json"), _folder.Read("b.json"));
        _folder.Write("q.csv", "id,x\n");
        _folder.Scale("fit", "@p2.csv", "@q.csv", "--out", "@c.json").AssertRefused(1, "no part has rows");
        _folder.Scale("fit", "@q.csv", "--out", "@c.json").AssertRefused(1, "q.csv' has no rows");
        _folder.Scale("merge", "@s2.json", "--out", "@c.json").AssertRefused(1, "no part has rows");
        Assert.DoesNotContain("c.json", _folder.Files());
    }

    [Fact]
    public void States_that_do_not_go_together_are_named()
    {
        WriteParts(rows: 10);
        State("a", "part-0.csv");
        State("b", "part-1.csv");
        Refused(1, "a.json' and '", "d.json' both have the part 'part-0.csv'", State("d", "part-0.csv"));
        Refused(1, "d.json' does not go with", "\"variance\":\"sample\"", State("d", "part-2.csv", "--deviation", "sample"));
        Refused(1, "d.json' does not go with", "\"kind\":\"robust\"", State("d", "part-2.csv", "--scaler", "robust"));
        Refused(1, "Part \"part-2.csv\" has the columns \"y\", part \"part-0.csv\" \"x\"", "", State("d", "part-2.csv", "--columns", "y"));
        Refused(1, "weights in the column \"w\"", "no weights", State("d", "part-2.csv", "--weights", "w", "--columns", "x,y,w"));
        Refused(1, "missing: \"part-2.csv\"", "--parts 3 tells", State("d", "part-3.csv"));
        Refused(1, "only 3 of 5 parts are there", "--parts 3 tells", State("d", "part-2.csv", "--parts", "5"));
        _folder.Scale("merge", "@a.json", "@b.json", "--parts", "1", "--out", "@s.json").AssertRefused(2, "below the number of parts");
        _folder.Scale("merge", "@a.json", "@a.json", "--out", "@s.json").AssertRefused(2, "is given twice");
        _folder.Scale("merge", "@a.json", "--out", "@a.json").AssertRefused(2, "--out", "which it would overwrite");
        _folder.Scale("merge", "@none.json", "--out", "@s.json").AssertRefused(1, "none.json");

        string text = _folder.Read("b.json");
        _folder.Write("d.json", text[..^20]);
        Refused(1, "d.json': The file is not JSON", "", "d");
        _folder.Write("d.json", text.Replace("\"version\": 1", "\"version\": 7", StringComparison.Ordinal));
        Refused(1, "d.json': $.version is 7; expected 1", "", "d");
        _folder.ScaleWell("fit", "@part-0.csv", "--out", "@d.json");
        Refused(1, "d.json': $.format is \"evenkeel-scaler\"; expected \"evenkeel-scaler-state\"", "", "d");
        Assert.DoesNotContain("s.json", _folder.Files());

        string State(string name, string part, params string[] options)
        {
            _folder.ScaleWell(["fit", $"@{part}", "--state", $"@{name}.json", .. options]);
            return name;
        }

        void Refused(int exitCode, string words, string more, string state) =>
            _folder.Scale("merge", "@a.json", "@b.json", $"@{state}.json", "--out", "@s.json").AssertRefused(exitCode, words, more);
    }

    [Fact]
    public void Misuse_is_told_in_one_line()
    {
        WriteParts(rows: 10);
        _folder.Scale("fit", "@part-1.csv").AssertRefused(2, "--out FILE is required", "--state FILE");
        _folder.Scale("fit", "@part-1.csv", "--out", "@a.json", "--state", "@b.json").AssertRefused(2, "exclude each other");
        _folder.Scale("fit", "@part-1.csv", "-", "--out", "@a.json").AssertRefused(2, "standard input (-)");
        _folder.Scale("fit", "-", "--state", "@a.json").AssertRefused(2, "--state needs a file");
        _folder.Scale("fit", "@part-1.csv", "@part-2.csv", "@part-1.csv", "--out", "@a.json").AssertRefused(2, "is given twice");
        _folder.Scale("fit", "@part-1.csv", "--state", "@part-1.csv").AssertRefused(2, "--state", "which it would overwrite");
        _folder.Scale("fit", "@part-1.csv", "@part-2.csv", "--state", "@a.json", "--parts", "1").AssertRefused(2, "--parts 1 is below");
        _folder.Scale("fit", "@part-1.csv", "--parts", "0", "--out", "@a.json").AssertRefused(2, "--parts '0' must be a whole number");
        _folder.Scale("fit", "@part-1.csv", "--wrong", "--out", "@a.json").AssertRefused(2, "has no option '--wrong'");
        _folder.Scale("merge", "@a.json").AssertRefused(2, "--out FILE is required");
    }

    [Fact]
    public void Parts_in_several_folders_are_named_by_their_paths_in_a_root()
    {
        foreach (string year in (string[])["2023", "2024"])
        {
            Directory.CreateDirectory(_folder.PathOf($"year={year}"));
            _folder.Write($"year={year}/part.csv", $"x,y\n1,{year}\n2.5,3\n");
        }

        _folder.Scale("fit", "@year=*/part.csv", "--out", "@s.json").AssertRefused(2, "are both the part 'part.csv'; --part-root DIR");
        _folder.ScaleWell("fit", "@year=*/part.csv", "--part-root", "@.", "--state", "@a.json");
        ScalerState state = ScalerState.Load(_folder.PathOf("a.json"));
        Assert.Equal(["year=2023/part.csv", "year=2024/part.csv"], state.Parts.Select(part => part.Name));
        _folder.Scale("fit", "@year=*/part.csv", "--part-root", "@year=2023", "--out", "@s.json").AssertRefused(2, "is not in the folder");
        _folder.ScaleWell("merge", "@a.json", "--out", "@s.json");
        _folder.ScaleWell("transform", "@year=*/p*.csv", "--part-root", "@.", "--scaler", "@s.json", "--out", "@scaled");
        Assert.StartsWith("x,y\n", _folder.Read("scaled/year=2024/part.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_part_is_transformed_to_a_file_of_its_name()
    {
        WriteParts(rows: 20);
        _folder.ScaleWell("fit", "@part-*.csv", "--out", "@s.json");
        CommandRun run = _folder.ScaleWell("transform", "@part-*.csv", "--scaler", "@s.json", "--out", "@scaled");
        Assert.StartsWith("transform: 100 rows of 5 parts, 3 columns in ", run.Output, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
        _folder.ScaleWell("transform", "@part-3.csv", "--scaler", "@s.json", "--out", "@one.csv");
        Assert.Equal(_folder.Read("one.csv"), _folder.Read("scaled/part-3.csv"));
        _folder.ScaleWell("transform", "@part-3.csv", "--scaler", "@s.json", "--out", _folder.PathOf("alone") + "/");
        Assert.Equal(_folder.Read("one.csv"), _folder.Read("alone/part-3.csv"));
        _folder.ScaleWell("transform", "@part-*.parquet", "--scaler", "@s.json", "--out", "@scaled");
        Assert.Equal(10, Directory.GetFiles(_folder.PathOf("scaled")).Length);
        _folder.ScaleWell("inverse", "@scaled/part-*.csv", "--scaler", "@s.json", "--out", "@back");
        Assert.Equal(5, Directory.GetFiles(_folder.PathOf("back")).Length);

        string[] transform = ["transform", "@part-*.csv", "--scaler", "@s.json", "--out"];
        _folder.Scale([.. transform, "@one.csv"]).AssertRefused(2, "one.csv' must be a folder");
        _folder.Scale([.. transform, "-"]).AssertRefused(2, "--out '-' must be a folder");
        _folder.Scale([.. transform, "@."]).AssertRefused(2, "would overwrite the input file");
        _folder.Write("part-4.csv", "x,y\n1,2\n");
        _folder.Scale([.. transform, "@new"]).AssertRefused(1, "part-4.csv' has no column 'w'");
        Assert.Empty(Directory.GetFiles(_folder.PathOf("new")));
        _folder.Write("part-4.csv", "x,y,t,w\n1,text,a,3\n");
        _folder.Scale([.. transform, "@new"]).AssertRefused(1, "part-4.csv', line 2, column 2 (y): 'text' is not a number");
        Assert.Equal(4, Directory.GetFiles(_folder.PathOf("new")).Length);
    }

    [Fact]
    public void Problems_of_all_parts_are_counted_and_the_first_is_named()
    {
        WriteParts(rows: 10);
        _folder.Write("part-1.csv", "x,y,t,w\n1,text,a,3\n2,3,b,4\n");
        _folder.Write("part-3.csv", "x,y,t,w\n1,2,a,3\n2,Infinity,b,4\n7,text,c,1\n");
        string[] fit = ["fit", "@part-*.csv", "--columns", "x,y", "--on-error", "skip"];
        CommandRun run = _folder.ScaleWell([.. fit, "--out", "@s.json"]);
        run.AssertOneErrorLine("rows skipped: 3; the first: ", "part-1.csv', line 2, column 2 (y): 'text'");
        Assert.StartsWith("fit: 32 rows of 5 parts", run.Output, StringComparison.Ordinal);
        _folder.ScaleWell([.. fit, "--state", "@a.json"]).AssertOneErrorLine("rows skipped: 3");
        _folder.ScaleWell("merge", "@a.json", "--out", "@t.json");
        Assert.Equal(_folder.Read("s.json"), _folder.Read("t.json"));
    }

    [Fact]
    public void A_pattern_matches_files_in_order_and_none_that_are_hidden()
    {
        WriteParts(rows: 10);
        _folder.Write(".part-9.csv", "broken");
        Directory.CreateDirectory(_folder.PathOf("part-8.csv"));
        _folder.Write("p*t-1.csv", _folder.Read("part-1.csv"));
        _folder.ScaleWell("fit", "@*part-*.csv", "--columns", "x", "--out", "@s.json");
        CommandRun run = _folder.ScaleWell("fit", "@p*t-1.csv", "--columns", "x", "--out", "@s.json");
        Assert.StartsWith("fit: 10 rows, 1 column ", run.Output, StringComparison.Ordinal);
        Assert.Equal("part-0.csv", Path.GetFileName(Cli.Tables.FilePattern.Expand(_folder.PathOf("part-*.csv"))[0]));
    }

    [Fact]
    public void An_interruption_leaves_what_is_written_whole()
    {
        WriteParts(rows: 10);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        CommandRun run = CommandRun.Of(
            ["scale", "fit", _folder.PathOf("part-*.csv"), "--state", _folder.PathOf("a.json")], cancelled.Token);
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("a.json", _folder.Files());
    }

    private static int[] Numbers(params int[] numbers) => numbers;

    /// <summary>Writes part-0 to part-4 as CSV and Parquet, of numbers x and y, a text t and weights w.</summary>
    private void WriteParts(int rows)
    {
        for (int i = 0; i < Parts; i++)
        {
            var random = new Random(i);
            double?[] x = [.. Enumerable.Range(0, rows).Select(_ => random.Next(20) == 0 ? null : (double?)(random.NextDouble() * 10 - i))];
            long[] y = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(1000))];
            string[] t = [.. y.Select(value => $"t{value % 5}")];
            double[] w = [.. Enumerable.Range(0, rows).Select(_ => random.Next(1, 9) / 4.0)];
            var text = new StringBuilder("x,y,t,w\n");
            for (int row = 0; row < rows; row++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{x[row]},{y[row]},{t[row]},{w[row]}\n");
            }

            _folder.Write($"part-{i}.csv", text.ToString());
            _folder.Write($"part-{i}.parquet", ParquetBytes.Of([("x", x), ("y", y), ("t", t), ("w", w)]));
        }
    }
}
