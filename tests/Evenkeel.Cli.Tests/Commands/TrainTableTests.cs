using System.Globalization;
using System.Text;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;

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
        return _folder.Run(["train", "@" + file, .. label, "--epochs", "2", "--hidden", "4", .. options]);
    }

    private static CommandRun AssertTrained(CommandRun run)
    {
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        return run;
    }

    private static void AssertRefused(CommandRun run, params string[] words) => run.AssertRefused(ExitCode.Failure, words);
}
