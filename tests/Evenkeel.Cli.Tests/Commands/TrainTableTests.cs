using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary><c>evenkeel train</c> on a table: what it refuses, and in which words.</summary>
public sealed class TrainTableTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void A_column_without_a_name_is_left_out_or_named_by_its_position()
    {
        Write("t.csv", ",x,y", row => $"{row * 7 % 40},{row % 5},{"ab"[row % 2]}");

        AssertRefused(Train("t.csv"), "t.csv': column 1 has no name; --except '' leaves it out.");
        AssertRefused(Train("t.csv", "--columns", ",x"), "t.csv': column 1 has no name");
        AssertRefused(Train("t.csv", "--label", ""), "t.csv': column 1, the label, has no name; give it one in the header.");
        AssertTrained(Train("t.csv", "--except", ""));
        Write("index.csv", ",x,y", row => $"{row},{row % 5},{"ab"[row % 2]}");
        Assert.Contains("left out: '' (id)", AssertTrained(Train("index.csv")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused_where_it_is_used()
    {
        const string Remedy = "is not UTF-8 text; convert the file, for example: iconv -f latin1 -t utf8.";
        WriteLatin1("city.csv", "x,stadt,y", row => $"{row % 5},M{"üöä"[row % 3]}n,{"ab"[row % 2]}");
        WriteLatin1("label.csv", "x,y", row => $"{row % 5},{(row < 3 ? 'z' : "äö"[row % 2])}");
        WriteLatin1("name.csv", "größe,y", row => $"{row % 5},{"ab"[row % 2]}");

        AssertRefused(Train("city.csv"), "city.csv', line 2, column 'stadt' " + Remedy);
        AssertRefused(Train("city.csv", "--label", "stadt"), "city.csv', line 2, column 'stadt' " + Remedy);
        AssertRefused(Train("label.csv"), "label.csv', line 5, column 'y' " + Remedy);
        AssertRefused(Train("name.csv"), "name.csv': the name of column 1, 'gr", "is not UTF-8; convert the file");
        AssertRefused(_folder.Run("scale", "describe", "@city.csv"), "city.csv', line 2, column 'stadt' " + Remedy);
        AssertTrained(_folder.Run("scale", "fit", "@city.csv", "--out", "@scaler.json"));
        AssertTrained(Train("city.csv", "--except", "stadt", "--save", "@m.evenkeel"));
        AssertTrained(_folder.Run("predict", "@m.evenkeel", "@city.csv"));
        CommandRun kept = _folder.Run("predict", "@m.evenkeel", "@city.csv", "--keep", "stadt", "--out", "@out.csv");
        AssertRefused(kept, "line 2, column 'stadt' " + Remedy);
        Write("utf8.csv", "x,stadt,y", row => $"{row % 5},M{"üöä"[row % 3]}n,{"ab"[row % 2]}");
        AssertTrained(Train("utf8.csv", "--save", "@m.evenkeel"));
        AssertRefused(_folder.Run("predict", "@m.evenkeel", "@city.csv", "--out", "@out.csv"), "line 2, column 'stadt' " + Remedy);
    }

    [Fact]
    public void Categories_beyond_the_most_frequent_are_said_to_be_one()
    {
        Write("many.csv", "x,code,y", row => $"{row % 5},c{row / 2 % 120},{"ab"[row % 2]}", rows: 600);
        const string Note = "'code': the 100 most frequent of 120 texts are categories, all others one: (other)";

        string[] options = ["--encode", "one-hot", "--validate", "0"];
        Assert.Contains(Note, AssertTrained(Train("many.csv", options)).OutputLines);
        string json = AssertTrained(Train("many.csv", [.. options, "--json"])).OutputLines[^1];
        Assert.Equal([Note], JsonNode.Parse(json)!["notes"]!.AsArray().Select(note => note!.GetValue<string>()));
        Assert.DoesNotContain("most frequent", AssertTrained(Train("many.csv")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_too_many_texts_is_refused_with_the_option_that_leaves_it_out()
    {
        Write("many.csv", "x,code,y", row => $"{row % 5},c{row},{"ab"[row % 2]}", rows: 100_010);

        AssertRefused(
            Train("many.csv", "--columns", "x,code", "--validate", "0", "--epochs", "1"),
            "many.csv', column 'code' has more than 100,000 different texts; --except leaves it out.");
    }

    [Theory]
    [InlineData("oops")]
    [InlineData("inf")]
    public void A_number_to_predict_with_a_typo_is_refused(string typo)
    {
        const string Remedy = "--missing reads such texts as missing, and --on-error skip leaves rows without a label out";
        Write("typo.csv", "x,y", row => $"{row % 5},{(row == 50 ? typo : row.ToString(CultureInfo.InvariantCulture))}", rows: 99);

        AssertRefused(
            Train("typo.csv"),
            $"typo.csv', column 'y': 1 of 99 cells are not numbers, such as '{typo}'; {Remedy}; "
            + "--task classify takes all cells as classes.");
        AssertRefused(Train("typo.csv", "--task", "regress"), $"typo.csv', line 52, column 'y': '{typo}' is not a number; {Remedy}.");
        Assert.Contains("RMSE", AssertTrained(Train("typo.csv", "--missing", typo, "--on-error", "skip")).Output, StringComparison.Ordinal);
        AssertTrained(Train("typo.csv", "--task", "classify", "--validate", "0"));
    }

    [Fact]
    public void A_class_of_one_row_is_trained_on_and_never_held_out()
    {
        const string Note = "'rare' is the label 'y' of 1 row, which is trained on and not held out";
        Write("rare.csv", "x,y", row => $"{row % 5},{(row == 7 ? "rare" : "ab"[row % 2])}");

        Assert.Contains(Note, AssertTrained(Train("rare.csv")).OutputLines);
        CommandRun folds = AssertTrained(Train("rare.csv", "--folds", "3"));
        Assert.Contains(Note, folds.OutputLines);
        Assert.Contains("fold 3", folds.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not held out", AssertTrained(Train("rare.csv", "--validate", "0")).Output, StringComparison.Ordinal);
        Write("two.csv", "x,y", row => $"{row % 5},{(row % 20 == 7 ? "rare" : "ab"[row % 2])}");
        AssertRefused(
            Train("two.csv", "--folds", "3"),
            "two.csv': 'rare' is the label 'y' of 2 rows; at least 3 of each class are needed for 3 folds; choose fewer folds.");
        Write("all.csv", "x,y", row => $"{row % 5},class {row}", rows: 6);
        AssertRefused(Train("all.csv"), "'class 0' is the label 'y' of 1 row; at least 2 of each class are needed to hold rows out");
    }

    [Fact]
    public void A_training_that_diverges_names_the_learning_rate()
    {
        Write("t.csv", "x,y", row => $"{row % 5},{"ab"[row % 2]}");
        Write("n.csv", "x,y", row => $"{row % 5},{row * 1.5}");

        foreach (string file in (string[])["t.csv", "n.csv"])
        {
            CommandRun run = Train(file, "--lr", "1e30", "--json", "--validate", "0");
            Assert.Equal(ExitCode.Failure, run.ExitCode);
            run.AssertOneErrorLine($"{file}' diverged: its predictions are not finite; a lower --lr helps.");
            Assert.Equal(ExitCode.Failure, Train(file, "--lr", "1e30").ExitCode);
        }
    }

    [Fact]
    public void An_output_that_is_the_table_is_refused_by_its_option()
    {
        Write("t.csv", "x,y", row => $"{row % 5},{"ab"[row % 2]}");

        AssertUsage(Train("t.csv", "--save", "@t.csv"), "--save '", "t.csv' is the input file '");
        AssertUsage(Train("t.csv", "--report", "@t.csv"), "--report '", "t.csv' is the input file '");
    }

    [Fact]
    public void A_pipe_is_refused_as_standard_input_is()
    {
        if (!File.Exists("/bin/bash") || !OperatingSystem.IsLinux())
        {
            return;
        }

        Write("t.csv", "x,y", row => $"{row % 5},{"ab"[row % 2]}");
        CommandRun run = ShellRun.ToEnd($"cat {_folder.PathOf("t.csv")} | $evenkeel train /dev/fd/0 --label y");
        AssertUsage(run, "a table to train on is read several times, and '/dev/fd/0', a pipe or a device, cannot be: save it to a file.");
    }

    [Fact]
    public void A_column_that_cannot_be_scaled_names_table_and_options()
    {
        Write("huge.csv", "x,z,y", row => $"{(row % 2 == 0 ? "" : "-")}{row + 1}e306,{row % 7},{"ab"[row % 2]}");

        AssertRefused(
            Train("huge.csv"),
            "huge.csv', column 'x' has values that spread too far for a variance in double precision; "
            + "--except leaves it out, --scaler robust may suit it.");
        AssertTrained(Train("huge.csv", "--scaler", "robust"));
    }

    [Fact]
    public void A_logarithm_that_does_not_exist_names_its_option()
    {
        const string Remedy = "--log takes log(1 + x) of numbers above -1: leave the column out of it";
        Write("t.csv", "x,city,y", row => $"{row % 5 - 10},{(row % 2 == 0 ? "Bonn" : "Köln")},{"ab"[row % 2]}");

        AssertRefused(Train("t.csv", "--log", "x"), "column 'x': '-", "' cannot be scaled; " + Remedy);
        AssertRefused(Train("t.csv", "--log", "city"), "column 'city': '", "' is not a number; " + Remedy);
    }

    [Fact]
    public void Another_delimiter_is_suspected_where_a_table_has_one_column()
    {
        Write("t.csv", "x;z;y", row => $"{row % 5};{row % 7};{"ab"[row % 2]}");

        AssertRefused(Train("t.csv"), "has no column 'y'; it has 'x;z;y'; --delimiter sets the character between cells, such as ';'.");
        AssertTrained(Train("t.csv", "--delimiter", ";", "--save", "@m.evenkeel"));
        AssertRefused(
            _folder.Run("predict", "@m.evenkeel", "@t.csv", "--out", "@out.csv"),
            "has no columns 'x', 'z'; it has 'x;z;y'; set the delimiter, the character between cells, such as ';'.");
    }

    [Fact]
    public void Steps_of_one_row_name_the_option()
    {
        Write("t.csv", "x,y", row => $"{row % 5},{"ab"[row % 2]}");

        AssertRefused(Train("t.csv", "--batch-size", "1"), "choose a larger --batch-size.");
    }

    [Fact]
    public void Columns_that_are_left_out_name_the_option_that_uses_them_if_there_is_one()
    {
        Write("t.csv", "id,y", row => $"{row},{"ab"[row % 2]}");
        Write("empty.csv", "x,empty,y", row => $"{row % 5},,{"ab"[row % 2]}");

        AssertRefused(Train("t.csv"), "left out: id (id); --columns uses ids, dates and texts that it names.");
        AssertRefused(Train("empty.csv", "--columns", "empty"), "left out: empty (empty).");
        Assert.Contains("left out: empty (empty)", AssertTrained(Train("empty.csv", "--columns", "x,empty")).OutputLines);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Write("t.csv", "x,z,y", row => $"{row % 5},{row % 7},{row * 1.5}");

        AssertUsage(Train("t.csv", "--log", "x", "--except", "x"), "--log and --except both name 'x'; leave it out of one of them.");
        AssertUsage(Train("t.csv", "--log", "x", "--categories", "x"), "--log and --categories both name 'x'");
        AssertUsage(Train("t.csv", "--columns", "x,z", "--except", "z"), "--columns and --except both name 'z'");
        AssertUsage(Train("t.csv", "--columns", "z", "--log", "x"), "--log names 'x', which --columns does not.");
        AssertUsage(
            Train("t.csv", "--validate", "0", "--patience", "3"), "--patience needs rows held out, and --validate 0 holds none out.");
        const string Classes = "the label 'y' is a number; --balance and --label-smoothing apply to classes.";
        AssertRefused(Train("t.csv", "--balance"), Classes);
        AssertRefused(Train("t.csv", "--label-smoothing", "0.1"), Classes);
        AssertTrained(Train("t.csv", "--log", "x", "--categories", "z"));
    }

    [Fact]
    public void A_chain_of_scalers_is_pointed_to_the_option_for_the_logarithm()
    {
        Write("t.csv", "x,y", row => $"{row % 5},{"ab"[row % 2]}");

        AssertUsage(Train("t.csv", "--scaler", "log,standard"), "--scaler 'log,standard' must be one scaler; --log NAME,... takes");
    }

    [Fact]
    public void The_help_has_the_defaults_of_tables()
    {
        string help = string.Join(' ', CommandRun.Of("train", "--help").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        TableTrainingOptions defaults = new() { Label = "y" };

        Assert.Contains(FormattableString.Invariant($"on a table {defaults.Dropout})"), help, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"on a table {defaults.LearningRate})"), help, StringComparison.Ordinal);
        Assert.Contains($"on a table {string.Join(',', defaults.Hidden)})", help, StringComparison.Ordinal);
        Assert.Contains($"rows of a table at most (default {defaults.Epochs})", help, StringComparison.Ordinal);
        Assert.Contains("rows of a table (default 32 to 512, by their number)", help, StringComparison.Ordinal);
    }

    private void WriteLatin1(string file, string header, Func<int, string> row) =>
        _folder.Write(file, Encoding.Latin1.GetBytes(header + "\n" + string.Concat(Enumerable.Range(0, 40).Select(i => row(i) + "\n"))));

    private void Write(string file, string header, Func<int, string> row, int rows = 40)
    {
        var csv = new StringBuilder(header + "\n");
        for (int i = 0; i < rows; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row(i)}\n");
        }

        _folder.Write(file, csv.ToString());
    }

    /// <summary>Trains a small network on a table; the label is <c>y</c> unless options say otherwise.</summary>
    private CommandRun Train(string file, params string[] options)
    {
        string[] label = options.Contains("--label") ? [] : ["--label", "y"];
        string[] epochs = options.Contains("--epochs") ? [] : ["--epochs", "2"];
        return _folder.Run(["train", "@" + file, .. label, .. epochs, "--hidden", "4", .. options]);
    }

    private static CommandRun AssertTrained(CommandRun run)
    {
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        return run;
    }

    private static void AssertUsage(CommandRun run, params string[] words) => run.AssertRefused(ExitCode.Usage, words);

    private static void AssertRefused(CommandRun run, params string[] words) => run.AssertRefused(ExitCode.Failure, words);
}
