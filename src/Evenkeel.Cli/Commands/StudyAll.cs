using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel study all</c>: runs the unfinished studies, prints all verdicts, and writes a page about them.</summary>
internal sealed class StudyAll(Terminal terminal, IReadOnlyList<Study> studies, bool asJson, CancellationToken cancellationToken)
{
    /// <summary>Runs the studies and returns the exit code.</summary>
    public int Run(int seeds, string? dataFolder, string? outFolder, string? markdownFile, IReadOnlyList<string> compared)
    {
        StudyInput input = Input(seeds, dataFolder);
        // Checked before hours of work depend on them.
        OutputFolder folder = OutputFolder.Create(outFolder ?? Path.Combine("evenkeel-out", "studies"));
        SeriesIndex[] others = [.. compared.Select(StudySeries.ReadIndex)];
        OutputFile? markdown = markdownFile is null ? null : OutputFile.Create(markdownFile);
        (SeriesIndex index, IReadOnlyList<string> files) = Run(input, folder);
        if (markdown is not null && Interrupted(index) == 0)
        {
            markdown.Write(stream => SeriesTable.Write(stream, studies, index, others));
            files = [.. files, markdown.Path];
        }

        if (asJson)
        {
            SeriesRendering.WriteJson(terminal.Output, studies, index, files);
        }
        else if (markdown is not { IsStandardOutput: true })
        {
            SeriesRendering.WriteTable(terminal, studies, index, files);
        }

        return Ended(index);
    }

    private (SeriesIndex Index, IReadOnlyList<string> Files) Run(StudyInput input, OutputFolder folder)
    {
        using var display = new SeriesDisplay(terminal, isLive: !asJson);
        var series = new StudySeries(studies, input, folder, display.Tell);
        return (series.Run(display, cancellationToken), series.Files);
    }

    private StudyInput Input(int seeds, string? dataFolder)
    {
        if (!studies.Any(study => study.TakesImages))
        {
            return new StudyInput(seeds);
        }

        var (images, name) = DataOption.Load(dataFolder);
        return new StudyInput(seeds, images, name);
    }

    private int Ended(SeriesIndex index)
    {
        int interrupted = Interrupted(index);
        int impossible = studies.Count(study => index.Of(study) is { Verdict: null });
        if (interrupted > 0)
        {
            terminal.Error.WriteLine(
                $"evenkeel: interrupted; {studies.Count - interrupted - impossible} of {studies.Count} studies are finished, "
                + "and the same command continues with the others.");
        }
        else if (impossible > 0)
        {
            terminal.Error.WriteLine($"evenkeel: {ScaleRendering.Counted(impossible, "study", "studies")} could not be run on these data.");
        }

        return interrupted + impossible == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>The number of studies with which the next call continues.</summary>
    private int Interrupted(SeriesIndex index) =>
        studies.Count(study => index.Of(study) is null or { Completed: false, Verdict: not null });
}
