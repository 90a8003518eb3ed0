using System.Text.Json;
using Evenkeel.Studies;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>A study that only counts how often it is run: two runs, done at once.</summary>
internal sealed class TallyStudy(string name, bool takesImages = false) : Study
{
    private const int Total = 2;

    /// <summary>How often it was run.</summary>
    public int Calls { get; private set; }

    /// <summary>What it was given at last.</summary>
    public StudyInput? Input { get; private set; }

    /// <summary>Why it cannot be made; null if it can.</summary>
    public string? Impossible { get; init; }

    public override string Name => name;

    public override string Question => "how often?";

    public override string Title => $"Title of {name}";

    public override string Claim => $"Claim of {name}";

    public override string Measure => "calls";

    public override string Criterion => "none";

    public override string RunsName => "calls";

    public override string Published => $"Source of {name}";

    public override bool TakesImages => takesImages;

    public override int Planned(StudyInput input) => Impossible is null ? Total : throw new InvalidDataException(Impossible);

    public override StudyOutcome Run(
        StudyInput input, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Impossible is not null)
        {
            throw new InvalidDataException(Impossible);
        }

        Calls++;
        Input = input;
        int done = 0;
        while (done < Total && !cancellationToken.IsCancellationRequested)
        {
            progress?.Report(new StudyProgress(++done, Total, TimeSpan.FromSeconds(done)));
        }

        return Outcome(new Content(name, input.Seeds, done));
    }

    public override StudyOutcome Restore(Stream results, StudyInput input)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(results) is { Done: Total } content
                && content == new Content(name, input.Seeds, Total)
                ? Outcome(content)
                : throw new InvalidDataException("other results");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static StudyOutcome Outcome(Content content) => new(
        new Settings(content.Seeds, ""),
        content.Done == Total,
        content.Done,
        Total,
        1.5,
        "a machine",
        new Verdict(Finding.Holds, $"Counted {content.Done} with {content.Seeds} seeds."),
        new StudyTable("", [], []),
        [],
        [
            ("results", "json", stream => JsonSerializer.Serialize(stream, content)),
            ("report", "html", stream => stream.Write("<!DOCTYPE html><title>report</title>"u8)),
        ]);

    private sealed record Content(string Study, int Seeds, int Done);

    private sealed record Settings(int Seeds, string Data, int Threads = 1) : IStudySettings;
}
