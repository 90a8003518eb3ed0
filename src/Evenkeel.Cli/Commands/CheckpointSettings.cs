using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Evenkeel.Cli.Shell;
using Evenkeel.Training;

namespace Evenkeel.Cli.Commands;

/// <summary>The options of checkpoints on the command line.</summary>
/// <param name="Folder">The value of <c>--checkpoint</c>; null if it is not given.</param>
/// <param name="Every">The value of <c>--every</c>; null if it is not given.</param>
/// <param name="Resume">Whether <c>--resume</c> is given.</param>
internal sealed record CheckpointSettings(string? Folder, CheckpointSettings.Frequency? Every, bool Resume)
{
    private const string Expected =
        "a time such as 30s, 5m or 1h, or a number of steps, at least 1";

    private static readonly (char Unit, double Seconds)[] Units = [('s', 1), ('m', 60), ('h', 3600)];

    /// <summary><c>--checkpoint</c>.</summary>
    public static Option<string?> FolderOption() => SharedOptions.Folder(
        "--checkpoint", "Folder for the state of training, at the end of each epoch and on Ctrl-C; the last three are kept.");

    /// <summary><c>--every</c>.</summary>
    public static Option<Frequency?> EveryOption() => new("--every")
    {
        Description = "Write checkpoints within epochs too: after a time, such as 30s, 5m or 1h, or a number of steps.",
        HelpName = "TIME|STEPS",
        CustomParser = Parse,
    };

    /// <summary><c>--resume</c>.</summary>
    public static Option<bool> ResumeOption() => new("--resume")
    {
        Description = "Go on from the last checkpoint, if there is one, with the results of a run that was never interrupted.",
    };

    /// <summary>Refuses options that need another one, and a folder with checkpoints of another run.</summary>
    /// <exception cref="UsageException">An option needs another one, or the folder has checkpoints of another run.</exception>
    public void Check()
    {
        if (Folder is null && (Every is not null || Resume))
        {
            throw new UsageException($"{(Resume ? "--resume" : "--every")} needs the folder of --checkpoint.");
        }

        if (Folder is not null && !Resume && new Checkpoints(Folder).GetFiles().Count > 0)
        {
            throw new UsageException(
                $"--checkpoint '{Folder}' has checkpoints of a run before: go on with it by --resume, or choose another folder.");
        }
    }

    /// <summary>Returns the folder for a trainer; null if there is none.</summary>
    public Checkpoints? Open(Terminal terminal) => Folder is null ? null : new Checkpoints(Folder)
    {
        EverySteps = Every?.Steps,
        Interval = Every?.Time,
        AllowOtherArithmetic = true, // after a warning
        Warning = line => terminal.Error.WriteLine($"evenkeel: {OneLine.Of(line)}"),
    };

    private static Frequency? Parse(ArgumentResult result)
    {
        string text = SharedOptions.Text(result);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int steps) && steps >= 1)
        {
            return new Frequency(steps, null);
        }

        foreach ((char unit, double seconds) in Units)
        {
            if (text.EndsWith(unit)
                && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                && number * seconds is > 0 and < 1e9)
            {
                return new Frequency(null, TimeSpan.FromSeconds(number * seconds));
            }
        }

        result.AddError($"--every '{text}' must be {Expected}.");
        return null;
    }

    /// <summary>How often checkpoints are written: after a number of steps, or after a time.</summary>
    internal sealed record Frequency(int? Steps, TimeSpan? Time);
}
