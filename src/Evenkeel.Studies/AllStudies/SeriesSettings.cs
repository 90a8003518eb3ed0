using System.Globalization;
using Evenkeel.Studies.Images;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.AllStudies;

/// <summary>The settings of a series of studies, for people to read.</summary>
/// <param name="index">The state of the series.</param>
internal sealed class SeriesSettings(SeriesIndex index)
{
    private const int CommitDigits = 10;

    /// <summary>The settings, by name.</summary>
    public IReadOnlyList<(string Name, string Text)> Rows =>
    [
        ("data", index.Data.Length == 0 ? "each study's own" : $"{index.Data}, where a study takes images"),
        ("seeds", Html.Number(index.Seeds)),
        ("version", Version),
        ("machine", string.Join(" / ", index.Studies.Select(entry => entry.Machine).Where(machine => machine.Length > 0).Distinct())),
        ("seconds in all", Seconds.ToString("N1", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The data, seeds, version and duration in a line.</summary>
    public string Summary =>
        Invariant($"{index.Data}: {Html.Number(index.Seeds)} seeds, {Version}, {Seconds:N1} seconds");

    /// <summary>The arguments of the command that runs the series again.</summary>
    public string Arguments =>
        Invariant($"study all --seeds {index.Seeds}") + (index.Data switch
        {
            "" or StudyInput.OwnImages => "",
            SyntheticImages.Name => $" --data {SyntheticImages.Name}",
            _ => " --data FOLDER",
        });

    private double Seconds => index.Studies.Sum(entry => entry.Seconds);

    private string Version => index.Version.Split('+', 2) is [var number, var commit]
        ? $"Evenkeel {number}, commit {commit[..Math.Min(CommitDigits, commit.Length)]}"
        : $"Evenkeel {index.Version}";
}
