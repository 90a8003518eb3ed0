using System.Security.Cryptography;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Runs several studies one after the other, each into its own folder, and writes a page about all of them.</summary>
/// <remarks>
/// The file <c>index.json</c> has the settings and the finished studies. A series with the same settings does not run these again, but
/// rewrites their reports from their results. The finished runs of a study that is not are in its <c>runs.journal</c>, which is deleted
/// with its last run; a series with the same settings does not make these again either.
/// </remarks>
internal sealed class StudySeries
{
    private const string IndexName = "index.json";
    private const string PageName = "index.html";
    private const string JournalName = "runs.journal";

    private readonly IReadOnlyList<Study> _studies;
    private readonly StudyInput _input;
    private readonly OutputFolder _folder;
    private readonly Action<string>? _tell;
    private readonly string _fingerprint;
    private readonly string _key;

    /// <summary>Creates a series.</summary>
    /// <param name="studies">The studies, in their order.</param>
    /// <param name="input">The input; a study with its own data takes only the seeds.</param>
    /// <param name="folder">The folder to write into.</param>
    /// <param name="tell">Receives a line for each message about the folder or a study that cannot run; null for none.</param>
    /// <exception cref="ArgumentException">One of the studies takes images, and there are none.</exception>
    public StudySeries(IReadOnlyList<Study> studies, StudyInput input, OutputFolder folder, Action<string>? tell = null)
    {
        ArgumentNullException.ThrowIfNull(studies);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(folder);
        if (input.Images is null && studies.FirstOrDefault(study => study.TakesImages) is { } study)
        {
            throw new ArgumentException($"The study {study.Name} needs images, but there are none.", nameof(input));
        }

        _studies = studies;
        _input = input;
        _folder = folder;
        _tell = tell;
        _fingerprint = input.Images is null ? "" : ImageFingerprint.Of(input.Images);
        _key = $"{EvenkeelVersion.Full} {_fingerprint} {input.DataName.ReplaceLineEndings(" ")}";
    }

    /// <summary>The files about all studies, by their full paths.</summary>
    public IReadOnlyList<string> Files => [PathOf(PageName), PathOf(IndexName)];

    /// <summary>Reads the state of the series in a folder.</summary>
    /// <exception cref="IOException">The folder has no readable index; the message has one line.</exception>
    public static SeriesIndex ReadIndex(string folder)
    {
        string path = Path.Combine(folder, IndexName);
        try
        {
            using FileStream file = File.OpenRead(path);
            return SeriesIndex.Read(file);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new IOException($"'{path}', which 'study all --out' writes, cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Runs the studies that are not finished.</summary>
    /// <param name="progress">Receives the progress at the start of a study and after each run, from several threads but one at a time;
    /// null for none.</param>
    /// <param name="cancellationToken">Cancels the series; finished studies are kept.</param>
    /// <exception cref="IOException">A file cannot be written; the message has one line.</exception>
    public SeriesIndex Run(IProgress<SeriesProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        SeriesIndex index = Begin();
        Write(index);
        var pace = new SeriesPace(_studies, [.. _studies.Select(Planned)], progress);
        for (int i = 0; i < _studies.Count && !cancellationToken.IsCancellationRequested; i++)
        {
            Study study = _studies[i];
            SeriesEntry? finished = Restore(study, index.Of(study));
            if (finished is null)
            {
                pace.Begin(i);
            }

            SeriesEntry? entry = finished ?? Make(study, pace, cancellationToken);
            pace.End(i, wasRun: finished is null);
            index = index.With(study, entry);
            Write(index);
        }

        return index;
    }

    /// <summary>Reads the existing index if it has the same settings; otherwise creates an empty one.</summary>
    private SeriesIndex Begin()
    {
        var asked = new SeriesIndex(
            SeriesIndex.CurrentSchema,
            EvenkeelVersion.Full,
            _input.Seeds,
            _input.DataName,
            _fingerprint,
            []);
        string path = PathOf(IndexName);
        if (!File.Exists(path))
        {
            return asked;
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            var found = SeriesIndex.Read(file);
            if (found.HasSameSettings(asked))
            {
                return found;
            }

            _tell?.Invoke(Invariant($"{IndexName} has other seeds, data or another version of Evenkeel ({found.Seeds}, {found.Data}, ")
                + Invariant($"{found.Version}): all studies are run."));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _tell?.Invoke($"{IndexName} cannot be used, so all studies are run: {e.Message}");
        }

        return asked;
    }

    /// <summary>Restores a finished study and rewrites its files; returns null if it must run.</summary>
    private SeriesEntry? Restore(Study study, SeriesEntry? known)
    {
        if (known is not { Completed: true })
        {
            return null;
        }

        StudyOutcome outcome;
        try
        {
            using FileStream results = File.OpenRead(ResultsOf(study));
            if (Sha256(results) != known.ResultsSha256)
            {
                throw new InvalidDataException($"they do not match the checksum in {IndexName}.");
            }

            results.Position = 0;
            outcome = study.Restore(results, InputOf(study));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _tell?.Invoke($"{study.Name}: its results cannot be used, so it is run again: {e.Message}");
            return null;
        }

        _tell?.Invoke($"{study.Name}: already finished; its report is rewritten.");
        return Write(study, outcome);
    }

    /// <summary>Runs a study; returns null if it was stopped before its first run was finished.</summary>
    private SeriesEntry? Make(Study study, IProgress<StudyProgress> progress, CancellationToken cancellationToken)
    {
        string journal = Path.Combine(PathOf(study.Name), JournalName);
        StudyOutcome outcome;
        try
        {
            outcome = study.Run(InputOf(study) with { Journal = (journal, _key) }, progress, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            _tell?.Invoke($"{study.Name}: {e.Message}");
            return SeriesEntry.Impossible(study, e.Message);
        }

        SeriesEntry? entry = outcome.Runs == 0 ? null : Write(study, outcome);
        if (entry is { Completed: true })
        {
            File.Delete(journal);
        }

        return entry;
    }

    private SeriesEntry Write(Study study, StudyOutcome outcome)
    {
        outcome.WriteTo(OutputFolder.Create(PathOf(study.Name)));
        if (!outcome.Completed)
        {
            return SeriesEntry.Of(study, outcome, "");
        }

        using FileStream results = File.OpenRead(ResultsOf(study));
        return SeriesEntry.Of(study, outcome, Sha256(results));
    }

    private void Write(SeriesIndex index)
    {
        _folder.Write(IndexName, index.Write);
        _folder.Write(PageName, stream => SeriesPage.Write(stream, _studies, index));
    }

    private int Planned(Study study)
    {
        try
        {
            return study.Planned(InputOf(study));
        }
        catch (InvalidDataException)
        {
            // The error is reported when the study runs.
            return 0;
        }
    }

    private StudyInput InputOf(Study study) => study.TakesImages ? _input : _input with { Images = null, DataName = "" };

    private string ResultsOf(Study study) =>
        Path.Combine(PathOf(study.Name), StudyOutcome.FileName(StudyOutcome.ResultsName, "json", completed: true));

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private static string Sha256(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    private static bool IsUnreadable(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException;
}
