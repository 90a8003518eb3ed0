using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Numerics;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Harness;

/// <summary>A study whose runs record numbers. A derived class states the claim, makes the runs and interprets the numbers.</summary>
/// <remarks>
/// The runs of one seed differ in the levels of some factors, such as the normalization and the learning rate. A run records quantities,
/// each once or along an x such as the number of updates. Results, tables and charts are made from these.
/// </remarks>
internal abstract class MeasuredStudy : Experiment<MeasuredSettings, MeasuredRun>
{
    private protected MeasuredStudy()
    {
    }

    /// <inheritdoc/>
    public override string RunsName => "networks";

    /// <inheritdoc/>
    public override string CsvHeader => $"{string.Join(',', Factors.Select(ResultsCsv.Field))},seed,quantity,x,value";

    private protected sealed override JsonTypeInfo<StudyDocument<MeasuredSettings, MeasuredRun>> Form =>
        MeasuredJsonContext.Default.Document;

    /// <summary>The factors in which runs of one seed differ.</summary>
    private protected abstract IReadOnlyList<string> Factors { get; }

    /// <summary>The quantities in the table.</summary>
    private protected abstract IReadOnlyList<QuantityColumn> TableColumns { get; }

    /// <summary>The smallest number of training images, and of test images, that the study needs.</summary>
    private protected virtual int MinImages => 2;

    /// <summary>The sources of claim and method, as HTML.</summary>
    private protected abstract string Sources { get; }

    /// <summary>The settings for people to read: network, training, data.</summary>
    private protected abstract IReadOnlyList<SettingDetail> Details(StudyInput input);

    /// <summary>The runs of one seed.</summary>
    private protected abstract IEnumerable<Trial> Trials(StudyInput input, int seed);

    /// <summary>Applies the criterion to all runs.</summary>
    private protected abstract Verdict Decide(Measurements measured);

    /// <summary>The name of the study's own data; not used by a study that takes images.</summary>
    private protected virtual string OwnData => "";

    /// <summary>JavaScript that the report's charts need; empty for none.</summary>
    private protected virtual string Script => "";

    /// <summary>The answer to the question in one plain sentence, with the numbers of complete results.</summary>
    private protected abstract string Answer(Measurements measured);

    /// <summary>The experiment in a few sentences of plain text.</summary>
    private protected abstract string Story(MeasuredSettings settings);

    /// <summary>The two most important numbers.</summary>
    private protected abstract IReadOnlyList<Headline> Headlines(Measurements measured);

    /// <summary>The report's figures; the first shows the answer.</summary>
    private protected abstract IReadOnlyList<Figure> Figures(Measurements measured);

    /// <inheritdoc/>
    public sealed override MeasuredSettings Settings(StudyInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Seeds, 1);
        if (TakesImages)
        {
            ArgumentNullException.ThrowIfNull(input.Images);
            int images = Math.Min(input.Images.Train.Count, input.Images.Test.Count);
            if (images < MinImages)
            {
                throw new InvalidDataException(
                    Invariant($"The study {Name} needs at least {MinImages} images to train on and {MinImages} to test on; ")
                    + Invariant($"there are {input.Images.Train.Count} and {input.Images.Test.Count}."));
            }
        }

        return new MeasuredSettings(
            input.Seeds,
            TakesImages ? input.DataName : OwnData,
            Parallelism.Threads,
            input.Seeds * Trials(input, seed: 0).Count(),
            Details(input));
    }

    private protected sealed override IReadOnlyList<Func<CancellationToken, MeasuredRun>> Plan(
        StudyInput input, MeasuredSettings settings) =>
    [
        .. from seed in Enumerable.Range(0, settings.Seeds)
           from trial in Trials(input, seed)
           select (Func<CancellationToken, MeasuredRun>)(token => Run(trial, seed, token)),
    ];

    internal sealed override int Planned(MeasuredSettings settings) => settings.Runs;

    private protected sealed override Verdict Decide(StudyResults<MeasuredSettings, MeasuredRun> results) =>
        results.Completed ? Decide(new Measurements(results.Runs)) : new Verdict(Finding.NotShown, "");

    internal override StudyTable Table(StudyResults<MeasuredSettings, MeasuredRun> results)
    {
        IReadOnlyList<QuantityColumn> columns = TableColumns;
        return new StudyTable(
            $"{Measure.TrimEnd('.')}: {results.Settings.Data}"
            + (results.Settings.Seeds == 1 ? "" : Invariant($", means of {results.Settings.Seeds} seeds (lowest to highest)"))
            + (results.Completed ? ":" : $", of the {RunsName} that were finished:"),
            [
                .. Factors.Select(factor => new StudyColumn(factor, IsWords: true)),
                .. columns.Select(column => new StudyColumn(column.Quantity)),
            ],
            [
                .. Cases(results).Select(runs => (IReadOnlyList<StudyCell>)
                [
                    .. Factors.Select(factor => new StudyCell(runs.Runs[0].Conditions[factor])),
                    .. columns.Select(column => new StudyCell(runs.Last(column.Quantity).Text(column.Format))),
                ]),
            ]);
    }

    private protected override JsonObject Summary(StudyResults<MeasuredSettings, MeasuredRun> results) => new()
    {
        ["cases"] = new JsonArray(
        [
            .. Cases(results).Select(runs =>
            {
                var entry = new JsonObject();
                foreach (string factor in Factors)
                {
                    entry[factor] = runs.Runs[0].Conditions[factor];
                }

                foreach (QuantityColumn column in TableColumns)
                {
                    double mean = runs.Last(column.Quantity).Mean;
                    entry[column.Quantity] = double.IsNaN(mean) ? null : mean;
                }

                return entry;
            }),
        ]),
    };

    internal override IEnumerable<string> CsvLines(StudyResults<MeasuredSettings, MeasuredRun> results) =>
        from run in results.Runs
        let conditions = string.Join(',', Factors.Select(factor => ResultsCsv.Field(run.Conditions[factor])))
        from point in run.Points
        select Invariant($"{conditions},{run.Seed},{ResultsCsv.Field(point.Quantity)},{point.X},{point.Value}");

    internal sealed override ReportContent Report(StudyResults<MeasuredSettings, MeasuredRun> results)
    {
        var measured = new Measurements(results.Runs);
        IReadOnlyList<Figure> figures = results.Runs.Count == 0 ? [] : Figures(measured);
        return new ReportContent(
            Html.Sentence(results.Completed ? Answer(measured) : Html.Capitalized(Question)),
            MeasuredReport.Picture(figures),
            MeasuredReport.Numbers(results.Completed ? Headlines(measured) : []),
            MeasuredReport.Figures(figures),
            Html.Text(Story(results.Settings)),
            [
                .. results.Settings.Details.Select(detail => (Html.Text(detail.Name), Html.Text(detail.Text))),
                ("data", Html.Text(results.Settings.Data)),
            ],
            Sources,
            MeasuredReport.Charts(figures, measured),
            Script);
    }

    /// <summary>Groups the runs that differ only in their seed.</summary>
    private IEnumerable<Measurements> Cases(StudyResults<MeasuredSettings, MeasuredRun> results) =>
        results.Runs
            .GroupBy(run => string.Join('\n', Factors.Select(factor => run.Conditions[factor])))
            .Select(runs => new Measurements(runs));

    private MeasuredRun Run(Trial trial, int seed, CancellationToken cancellationToken)
    {
        var recorder = new Recorder();
        try
        {
            trial.Run(recorder, cancellationToken);
        }
        catch (ArgumentException e)
        {
            // A network whose values are no longer finite has no statistics.
            throw new InvalidDataException($"The network of seed {seed} with {string.Join(", ", trial.Conditions)} cannot be measured: "
                + $"{e.Message}", e);
        }

        return new MeasuredRun(Factors.Zip(trial.Conditions).ToDictionary(pair => pair.First, pair => pair.Second), seed, recorder.Points)
        {
            Histograms = recorder.Histograms,
        };
    }
}
