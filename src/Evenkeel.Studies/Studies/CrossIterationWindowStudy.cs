using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: past batches' statistics, carried to today's weights by a Taylor step, estimate those of all data better than as they were.</summary>
/// <remarks>
/// Source: Yao et al. 2021, section 3. In the first layer the carried mean is exact, since the layer's inputs do not change with the weights;
/// in deeper ones they do, which the step leaves out.
/// </remarks>
internal sealed class CrossIterationWindowStudy : MeasuredStudy
{
    private const string Estimate = "estimate";
    private const string Single = "single batch";
    private const string Naive = "naive window";
    private const string Taylor = "cross-iteration";
    private const string Window = "window";
    private const string Rate = "learning rate";
    private const string Bias = "bias of the variance, first layer";
    private const string Shown = "8";
    private const double MostComparisons = 0.75;
    private const double HalfOfComparisons = 0.5;
    private const int Layers = 3;
    private const int Width = 100;
    private const int BatchSize = 4;
    private const int UpdateCount = 400;
    private const int MeasureEvery = 20;
    private const int Images = 1_000;

    private static readonly string[] Rates = ["0.003", "0.01", "0.03", "0.1"];
    private static readonly string[] Windows = ["2", "4", "8"];

    /// <summary>Errors of the mean and of the variance, in the first and in deeper layers.</summary>
    private static readonly string[] Errors = ["mean, first layer", "variance, first layer", "mean, deeper layers", "variance, deeper layers"];

    /// <inheritdoc/>
    public override string Name => "cbn-window";

    /// <inheritdoc/>
    public override string Question => "how well do a few small batches estimate the statistics of all data, with past ones carried to today's weights and without?";

    /// <inheritdoc/>
    public override string Title => "Cross-iteration batch normalization: statistics of the last batches";

    /// <inheritdoc/>
    public override string Claim =>
        "Past batches' statistics, carried to today's weights by a Taylor step, estimate the statistics of all data better than as they were, and than today's batch alone.";

    /// <inheritdoc/>
    public override string Measure => "Error of mean and variance against those of all images at the same weights, in the first and in deeper layers, in batches of 4.";

    /// <inheritdoc/>
    public override string Criterion =>
        $"The claim holds if, of the {Errors.Length * Rates.Length} errors at a window of {Shown} (mean and variance, first and deeper layers, {Rates.Length} learning rates), "
        + "at least three quarters are smaller carried than both as they were and of today's batch alone. It is refuted if fewer than half are.";

    /// <inheritdoc/>
    public override string Published =>
        "In deep convolutional networks carried statistics come nearest to those of many images, past ones as they were next, and the batch's own last.";

    private protected override IReadOnlyList<string> Factors => [Rate, Window, Estimate];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [.. Errors.Select(error => new QuantityColumn(error, "F3")), new(Bias, "F3")];

    private protected override string Sources =>
        """
        <p>After Yao, Cao, Zheng, Huang and Lin, <cite><a href="https://arxiv.org/abs/2002.05712">Cross-Iteration Batch
        Normalization</a></cite> (2021), sections 3 and 4; a window of 8 and batches of 4 are theirs.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; cross-iteration batch normalization of the same window before each ReLU; He's initial weights"),
        new("training", $"{input.Shortened(UpdateCount)} updates of stochastic gradient descent without momentum, batches of {BatchSize}"),
        new("images", $"the first {Images:N0} are all the data, to train on and to measure the true statistics on, every {MeasureEvery} updates"),
        new("errors", "of the mean, over the true standard deviation; of the variance, over the true variance; both without sign, means over units, layers and measurements"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from rate in Rates
        from window in Windows
        from estimate in new[] { Single, Naive, Taylor }
        select new Trial([rate, window, estimate], (recorder, token) => Train(input, rate, window, estimate, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        (int mean, int meanNaive) = Best(measured, "mean");
        (int variance, int varianceNaive) = Best(measured, "variance");
        int all = Errors.Length * Rates.Length, best = mean + variance;
        return new Verdict(
            best >= MostComparisons * all ? Finding.Holds : best < HalfOfComparisons * all ? Finding.DoesNotHold : Finding.NotShown,
            $"Of the {all / 2} errors of the mean {mean} are smallest where past batches are carried to today's weights, of the {all / 2} of the variance {variance}; "
            + $"as they were, past batches do better than today's alone in {meanNaive} and {varianceNaive}.");
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"Networks are trained with batches of {BatchSize} at {Rates.Length} learning rates, {Html.Times(settings.Seeds)} each. On the way three estimates of what reaches each normalization are held against the truth: today's batch, the last batches as they were, and the last batches carried to today's weights.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return
        [
            new(Mean(Taylor), $"is the mean error with past batches carried to today's weights, at a window of {Shown}.", Taylor),
            new(Mean(Single), $"is it with today's batch alone, and {Mean(Naive)} with past batches as they were.", Single),
        ];

        string Mean(string estimate) => Rates.SelectMany(rate => Errors.Select(error => Error(measured, rate, estimate, error))).Average()
            .ToString("F2", CultureInfo.InvariantCulture);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "The faster the weights move, the more it takes to carry",
            $"Errors at a window of {Shown}. Where weights hardly move, past batches are as good as new; where they move fast, what past batches were misleads.",
            Panels(Rate, AxisKind.Log, "learning rate (log scale)", (Window, Shown))),
        new(
            "What carrying does to the variance",
            "The Taylor step of the mean is exact in the first layer, that of the mean square is not: it leaves out the second-order term, which is never "
            + "negative. So the carried variance is too small, and the more so the faster weights move; as they were, past batches have no such bias, and the scatter of so few samples is as large either way. A single batch of 4 is a quarter too small, as its population's variance is.",
            new Chart(Bias)
            {
                XFactor = Rate, X = AxisKind.Log, XTitle = "learning rate (log scale)", YTitle = "mean relative error, with its sign",
                Series = Estimate, Only = (Window, Shown), Height = 240,
            }),
        new(
            "More batches",
            "Errors over the window at a learning rate of 0.03. A window of 8 batches of 4 cannot do better than a batch of 32.",
            Panels(Window, AxisKind.Linear, "window: how many batches count", (Rate, "0.03"))),
    ];

    private static Chart Panels(string factor, AxisKind axis, string title, (string, string) only) => new(Errors)
    {
        XFactor = factor,
        X = axis,
        XTitle = title,
        YTitle = "error",
        Y = AxisKind.Log,
        Series = Estimate,
        Panels = Chart.Quantity,
        Columns = 2,
        Only = only,
        Height = 200,
    };

    /// <summary>How many errors of a kind are smallest carried, and how many are smaller as past batches were than of the single batch.</summary>
    private static (int Carried, int Naive) Best(Measurements measured, string kind)
    {
        int carried = 0, asTheyWere = 0;
        foreach ((string rate, string error) in Rates.SelectMany(rate => Errors.Select(error => (rate, error))).Where(at => at.error.StartsWith(kind, StringComparison.Ordinal)))
        {
            double single = Error(measured, rate, Single, error), naive = Error(measured, rate, Naive, error), taylor = Error(measured, rate, Taylor, error);
            carried += taylor < naive && taylor < single ? 1 : 0;
            asTheyWere += naive < single ? 1 : 0;
        }

        return (carried, asTheyWere);
    }

    private static double Error(Measurements measured, string rate, string estimate, string error) =>
        measured.Where(Rate, rate).Where(Window, Shown).Where(Estimate, estimate).Last(error).Mean;

    private static void Train(
        StudyInput input, string rate, string window, string estimate, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> data = images.Train.TakeUpTo(Images);
        int length = int.Parse(window, CultureInfo.InvariantCulture);
        var probes = new List<StatisticsProbe>();
        Sequential network = Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = linear =>
            {
                probes.Add(new StatisticsProbe(linear, estimate == Single ? 1 : length, carries: estimate == Taylor));

                // In inference the batch's own statistics normalize: those of all data, where the truth is measured.
                return new Sequential(probes[^1], new CrossIterationBatchNorm(linear, new() { Window = length }) { Source = StatisticsSource.Batch });
            },
        });
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(double.Parse(rate, CultureInfo.InvariantCulture)));
        List<double>[] errors = [.. Errors.Select(_ => new List<double>())];
        var biases = new List<double>();
        IReadOnlyList<Moments[]>? truth = null;
        TrainingLoop.Run(trainer, data, BatchSize, input.Shortened(UpdateCount), seed, Measure, cancellationToken);
        foreach ((string error, List<double> numbers) in Errors.Zip(errors))
        {
            recorder.Add(error, numbers.Average());
        }

        recorder.Add(Bias, biases.Average());

        void Measure(int update, double loss)
        {
            for (int layer = 0; truth is not null && layer < Layers; layer++)
            {
                double[] ofVariances = [.. truth[layer].Zip(probes[layer].Estimate, VarianceError)];
                int first = layer == 0 ? 0 : 2;
                errors[first].Add(truth[layer].Zip(probes[layer].Estimate, MeanError).Average());
                errors[first + 1].Add(ofVariances.Average(Math.Abs));
                if (layer == 0)
                {
                    biases.Add(ofVariances.Average());
                }
            }

            // The truth at the weights with which the next update begins.
            bool measures = (update + 1) % MeasureEvery == 0 || update == 1;
            truth = measures ? LayerMoments.Of(network, data.Inputs, Pass.Inference, layer => layer is CrossIterationBatchNorm) : null;
            probes.ForEach(probe => probe.IsOn = measures);
        }
    }

    private static double MeanError(Moments truth, Moments estimate) => Math.Abs(estimate.Mean - truth.Mean) / Math.Sqrt(truth.PopulationVariance);

    private static double VarianceError(Moments truth, Moments estimate) => estimate.PopulationVariance / truth.PopulationVariance - 1;
}
