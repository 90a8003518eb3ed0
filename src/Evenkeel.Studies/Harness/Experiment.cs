using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Numerics;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Harness;

/// <summary>A study of independent runs: the code that all such studies share.</summary>
/// <typeparam name="TSettings">The study's settings.</typeparam>
/// <typeparam name="TRun">What one of its runs measures.</typeparam>
internal abstract class Experiment<TSettings, TRun> : Study
    where TSettings : IStudySettings
    where TRun : class
{
    private protected Experiment()
    {
    }

    /// <summary>The version of the schema of <c>results.json</c>; raised whenever older readers would misread it.</summary>
    public virtual int SchemaVersion => 1;

    /// <summary>The first line of the results as CSV.</summary>
    public abstract string CsvHeader { get; }

    /// <summary>The default settings.</summary>
    /// <param name="input">What to work on.</param>
    /// <exception cref="ArgumentNullException">The study takes images, and there are none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of seeds is below 1.</exception>
    /// <exception cref="InvalidDataException">The study cannot run on these data.</exception>
    public abstract TSettings Settings(StudyInput input);

    /// <inheritdoc/>
    public sealed override int Planned(StudyInput input) => Planned(Settings(input));

    /// <inheritdoc/>
    public sealed override StudyOutcome Run(
        StudyInput input, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Outcome(Run(input, Settings(input), progress, cancellationToken));

    /// <inheritdoc/>
    public sealed override StudyOutcome Restore(Stream results, StudyInput input)
    {
        StudyResults<TSettings, TRun> read = ReadJson(results);
        TSettings settings = Settings(input);
        if (!ResultsJson.AskTheSame(read.Settings, settings, Form))
        {
            throw new InvalidDataException($"these are results of the study {Name} with other settings");
        }

        if (!read.Completed || read.Runs.Count != Planned(settings))
        {
            throw new InvalidDataException($"the results of the study {Name} are incomplete");
        }

        try
        {
            StudyOutcome outcome = Outcome(read);
            foreach ((_, _, Action<Stream> write) in outcome.Files)
            {
                write(Stream.Null);
            }

            return outcome;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // JSON that matches the contract may still contain what no run produces, such as a null run.
            throw new InvalidDataException($"these are no results of the study {Name}: {e.Message}", e);
        }
    }

    /// <summary>Makes all runs of the settings, several in parallel unless they measure times.</summary>
    /// <param name="input">What to work on.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="progress">Receives the progress after each run, from several threads but one at a time; null for none.</param>
    /// <param name="cancellationToken">Cancels the study; the results then contain the finished runs.</param>
    public StudyResults<TSettings, TRun> Run(
        StudyInput input, TSettings settings, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Func<CancellationToken, TRun>> plan = Plan(input, settings);
        var clock = Stopwatch.StartNew();
        using RunJournal<TRun>? journal = OpenJournal(input, plan.Count);
        var runs = new TRun?[plan.Count];
        int done = 0;
        foreach ((int number, TRun run) in journal?.Finished ?? [])
        {
            if (number < runs.Length)
            {
                runs[number] = run;
                done++;
            }
        }

        var reporting = new Lock();
        if (RunsOneAtATime)
        {
            for (int i = 0; i < plan.Count; i++)
            {
                MakeRun(i);
            }
        }
        else
        {
            Parallelism.For(plan.Count, MakeRun);
        }

        TRun[] finished = [.. runs.OfType<TRun>()];
        return new StudyResults<TSettings, TRun>(
            settings, Machine.Description, clock.Elapsed.TotalSeconds, finished.Length == plan.Count, finished);

        void MakeRun(int i)
        {
            if (runs[i] is null && Make(plan[i], cancellationToken) is { } made)
            {
                runs[i] = made;
                journal?.Add(i, made);

                // One at a time, so that the receiver gets the numbers in order.
                lock (reporting)
                {
                    progress?.Report(new StudyProgress(++done, plan.Count, clock.Elapsed));
                }
            }
        }
    }

    private RunJournal<TRun>? OpenJournal(StudyInput input, int runs)
    {
        if (input.Journal is not { } journal)
        {
            return null;
        }

        var inOneLine = new JsonSerializerOptions(Form.Options) { WriteIndented = false };
        try
        {
            return new RunJournal<TRun>(
                journal.Path,
                Invariant($"{Name} {SchemaVersion} {input.Seeds} {input.Shortening} {runs} {journal.Key}"),
                (JsonTypeInfo<TRun>)inOneLine.GetTypeInfo(typeof(TRun)));
        }
        catch (IOException e) when (File.Exists(journal.Path))
        {
            throw new IOException($"cannot open '{journal.Path}'; another command may be running these studies: {e.Message}", e);
        }
    }

    /// <summary>Makes a run; returns null if it was cancelled.</summary>
    private static TRun? Make(Func<CancellationToken, TRun> run, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return run(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Decides about the claim.</summary>
    /// <param name="results">The results; a verdict needs all runs and at least three seeds.</param>
    public Verdict Judge(StudyResults<TSettings, TRun> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        Verdict verdict = Decide(results);
        string? lacking = !results.Completed ? "The study was stopped before its end."
            : results.Settings.Seeds < Verdict.MinSeeds ? $"A verdict needs at least {Verdict.MinSeeds} seeds."
            : null;
        return lacking is null ? verdict : new Verdict(Finding.NotShown, $"{verdict.Reason} {lacking}".TrimStart());
    }

    /// <summary>The runs; each throws an <see cref="OperationCanceledException"/> if it is cancelled.</summary>
    private protected abstract IReadOnlyList<Func<CancellationToken, TRun>> Plan(StudyInput input, TSettings settings);

    /// <summary>
    /// True to make the runs one after another on the caller's thread, each with all of the library's threads; for a study that measures
    /// times.
    /// </summary>
    private protected virtual bool RunsOneAtATime => false;

    /// <summary>The JSON contract of <c>results.json</c>.</summary>
    private protected abstract JsonTypeInfo<StudyDocument<TSettings, TRun>> Form { get; }

    /// <summary>The number of runs of these settings.</summary>
    internal abstract int Planned(TSettings settings);

    /// <summary>Applies the criterion to results, which may lack runs.</summary>
    private protected abstract Verdict Decide(StudyResults<TSettings, TRun> results);

    /// <summary>The results as a table.</summary>
    internal abstract StudyTable Table(StudyResults<TSettings, TRun> results);

    /// <summary>The study's own fields of the command's JSON output.</summary>
    private protected abstract JsonObject Summary(StudyResults<TSettings, TRun> results);

    /// <summary>The lines of the results as CSV, with invariant numbers that give the same bits when read.</summary>
    internal abstract IEnumerable<string> CsvLines(StudyResults<TSettings, TRun> results);

    /// <summary>The parts of the report that only this study has.</summary>
    internal abstract ReportContent Report(StudyResults<TSettings, TRun> results);

    /// <summary>Writes <c>results.json</c>.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="results">The results.</param>
    public void WriteJson(Stream stream, StudyResults<TSettings, TRun> results) =>
        ResultsJson.Write(stream, new StudyDocument<TSettings, TRun>(Name, SchemaVersion, results), Form);

    /// <summary>Reads results that were written by <see cref="WriteJson"/>.</summary>
    /// <param name="stream">Where from.</param>
    /// <exception cref="InvalidDataException">The JSON does not match the contract, or belongs to another study or schema
    /// version.</exception>
    public StudyResults<TSettings, TRun> ReadJson(Stream stream) => ResultsJson.Read(stream, Name, SchemaVersion, Form);

    /// <summary>Writes <c>results.csv</c>.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="results">The results.</param>
    public void WriteCsv(Stream stream, StudyResults<TSettings, TRun> results) => ResultsCsv.Write(stream, CsvHeader, CsvLines(results));

    /// <summary>Writes <c>report.html</c>.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="results">The results; those of a cancelled study make a report of the finished runs.</param>
    public void WriteReport(Stream stream, StudyResults<TSettings, TRun> results) =>
        ReportPage.Write(stream, this, Outcome(results), Report(results), ResultsJson.ToEmbeddable(results, Form));

    private StudyOutcome Outcome(StudyResults<TSettings, TRun> results) => new(
        results.Settings,
        results.Completed,
        results.Runs.Count,
        Planned(results.Settings),
        results.ElapsedSeconds,
        results.Machine,
        Judge(results),
        Table(results),
        Summary(results),
        [
            (StudyOutcome.ResultsName, "json", stream => WriteJson(stream, results)),
            (StudyOutcome.ResultsName, "csv", stream => WriteCsv(stream, results)),
            (StudyOutcome.ReportName, "html", stream => WriteReport(stream, results)),
        ]);
}
