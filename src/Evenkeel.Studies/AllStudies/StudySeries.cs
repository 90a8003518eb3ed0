using System.Security.Cryptography;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Several studies one after the other, each into a folder of its own, and a page about all of them.</summary>
/// <remarks>
/// The file <c>index.json</c> says what was asked for and which studies are finished. Where a series is asked for the same again, finished
/// studies are not run a second time; their reports are written anew from their results.
/// </remarks>
internal sealed class StudySeries
{
    private const string IndexName = "index.json";
    private const string PageName = "index.html";

    private readonly IReadOnlyList<Study> _studies;
    private readonly StudyInput _input;
    private readonly OutputFolder _folder;
    private readonly Action<string>? _tell;

    /// <summary>A series that is yet to be run.</summary>
    /// <param name="studies">The studies, in their order.</param>
    /// <param name="input">What to work on; a study with data of its own takes the seeds alone.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="tell">Is told, in a line each, what was found in the folder and which study could not be made; null for nobody.</param>
    /// <exception cref="ArgumentException">One of the studies takes images, and there are none.</exception>
    public StudySeries(IReadOnlyList<Study> studies, StudyInput input, OutputFolder folder, Action<string>? tell = null)
    {
        ArgumentNullException.ThrowIfNull(studies);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(folder);
        if (input.Images is null && studies.FirstOrDefault(study => study.TakesImages) is { } study)
        {
            throw new ArgumentException($"The study {study.Name} takes images, and there are none.", nameof(input));
        }

        _studies = studies;
        _input = input;
        _folder = folder;
        _tell = tell;
    }

    /// <summary>The files about all studies, by their full paths.</summary>
    public IReadOnlyList<string> Files => [PathOf(PageName), PathOf(IndexName)];

    /// <summary>Runs what is not finished yet.</summary>
    /// <param name="progress">Is told when a study begins and after each run, from several threads but one at a time; null for nobody.</param>
    /// <param name="cancellationToken">Ends the series; what was finished stays finished.</param>
    /// <exception cref="IOException">A file cannot be written; the message says which and why, in one line.</exception>
    public SeriesIndex Run(IProgress<SeriesProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        SeriesIndex index = Begin();
        Write(index);
        var pace = new SeriesPace(_studies, [.. _studies.Select(Planned)], progress);
        for (int i = 0; i < _studies.Count && !cancellationToken.IsCancellationRequested; i++)
        {
            Study study = _studies[i];
            SeriesEntry? finished = Restored(study, index.Of(study));
            if (finished is null)
            {
                pace.Begin(i);
            }

            SeriesEntry? entry = finished ?? Made(study, pace, cancellationToken);
            pace.End(i, wasRun: finished is null);
            index = index.With(study, entry);
            Write(index);
        }

        return index;
    }

    /// <summary>The index that is there, if it is of the same; otherwise an empty one.</summary>
    private SeriesIndex Begin()
    {
        var asked = new SeriesIndex(
            SeriesIndex.CurrentSchema,
            EvenkeelVersion.Full,
            _input.Seeds,
            _input.DataName,
            _input.Images is null ? "" : ImageFingerprint.Of(_input.Images),
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
            if (found.IsOfTheSame(asked))
            {
                return found;
            }

            _tell?.Invoke(Invariant($"{IndexName} is of other seeds, data or another version of Evenkeel ({found.Seeds}, {found.Data}, {found.Version}): all studies are run."));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _tell?.Invoke($"{IndexName} cannot be used, and all studies are run: {e.Message}");
        }

        return asked;
    }

    /// <summary>A study that is finished already, its files written anew; null where it is to be run.</summary>
    private SeriesEntry? Restored(Study study, SeriesEntry? known)
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
                throw new InvalidDataException($"they are not those that {IndexName} tells of.");
            }

            results.Position = 0;
            outcome = study.Restore(results, InputOf(study));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            _tell?.Invoke($"{study.Name}: its results cannot be used, and it is run again: {e.Message}");
            return null;
        }

        _tell?.Invoke($"{study.Name}: finished before; its report is written anew.");
        return Written(study, outcome);
    }

    /// <summary>A study that was run or could not be; null where it was stopped before its first run was done.</summary>
    private SeriesEntry? Made(Study study, IProgress<StudyProgress> progress, CancellationToken cancellationToken)
    {
        StudyOutcome outcome;
        try
        {
            outcome = study.Run(InputOf(study), progress, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            _tell?.Invoke($"{study.Name}: {e.Message}");
            return SeriesEntry.Impossible(study, e.Message);
        }

        return outcome.Runs == 0 ? null : Written(study, outcome);
    }

    private SeriesEntry Written(Study study, StudyOutcome outcome)
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
            // It says so again when its turn comes.
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
