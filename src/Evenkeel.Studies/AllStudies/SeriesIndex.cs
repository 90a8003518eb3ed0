using System.Text.Json;
using Evenkeel.Studies.Reports;

namespace Evenkeel.Studies.AllStudies;

/// <summary>The settings and the state of a series of studies: the file <c>index.json</c>.</summary>
/// <param name="SchemaVersion">The version of the file's schema.</param>
/// <param name="Version">Evenkeel's version, with the commit if it was built in a clone.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Data">The name of the images; empty if no study takes any.</param>
/// <param name="ImagesSha256">The SHA-256 of the images' content; empty if no study takes any.</param>
/// <param name="Studies">The studies that ran or could not run; the others are waiting.</param>
internal sealed record SeriesIndex(
    int SchemaVersion, string Version, int Seeds, string Data, string ImagesSha256, IReadOnlyList<SeriesEntry> Studies)
{
    internal const int CurrentSchema = 1;
    private const string Waiting = "not run yet";
    private const int MaximumLength = 1 << 20;

    private static readonly (string One, string More)[] AllWords =
    [
        ("holds", "hold"), ("not shown", "not shown"), ("does not hold", "do not hold"),
        ("interrupted", "interrupted"), ("not possible", "not possible"), (Waiting, Waiting),
    ];

    /// <summary>Returns the state of a study; null if it is waiting.</summary>
    /// <param name="study">The study.</param>
    public SeriesEntry? Of(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return Studies.FirstOrDefault(entry => entry.Study == study.Name);
    }

    /// <summary>Returns a study's verdict in words, or the reason why there is none.</summary>
    /// <param name="study">The study.</param>
    public string Words(Study study) => Of(study)?.Words ?? Waiting;

    /// <summary>Returns the number of studies with each verdict: "12 hold, 1 not shown, 1 does not hold".</summary>
    /// <param name="studies">The studies.</param>
    public string Tally(IReadOnlyList<Study> studies)
    {
        IEnumerable<string> counts =
            from words in AllWords
            let count = studies.Count(study => Words(study) == words.One)
            where count > 0
            select $"{Html.Number(count)} {(count == 1 ? words.One : words.More)}";
        return string.Join(", ", counts);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, SeriesIndexContext.Default.SeriesIndex);

    /// <summary>Reads a file that was written by <see cref="Write"/>.</summary>
    /// <param name="stream">Where from.</param>
    /// <exception cref="InvalidDataException">The content does not match the schema or its version.</exception>
    public static SeriesIndex Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.Length > MaximumLength)
        {
            throw new InvalidDataException(Invariant($"it is larger than {MaximumLength:N0} bytes"));
        }

        try
        {
            return JsonSerializer.Deserialize(stream, SeriesIndexContext.Default.SeriesIndex) is { SchemaVersion: CurrentSchema } index
                && index.Studies.All(entry => entry is not null && double.IsFinite(entry.Seconds))
                ? index
                : throw new InvalidDataException("it is not a valid list of studies");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>True if another series has the same settings.</summary>
    internal bool HasSameSettings(SeriesIndex other) => this with { Studies = [] } == other with { Studies = [] };

    /// <summary>Returns a copy with the new state of a study; null to let it wait.</summary>
    internal SeriesIndex With(Study study, SeriesEntry? entry) => this with
    {
        Studies = [.. Studies.Where(known => known.Study != study.Name), .. entry is null ? [] : new[] { entry }],
    };
}
