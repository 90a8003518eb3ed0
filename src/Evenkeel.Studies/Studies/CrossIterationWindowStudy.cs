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

/// <summary>
/// Claim: statistics of past batches estimate those of all data better when a Taylor step corrects them to the current weights.
/// </summary>
/// <remarks>
/// Source: Yao et al. 2021, section 3. In the first layer the corrected mean is exact, since the layer's inputs do not change with the
/// weights;
/// in deeper layers they do, which the Taylor step ignores.
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
    private const double MaxComparisons = 0.75;
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
    private static readonly string[] Errors =
        ["mean, first layer", "variance, first layer", "mean, deeper layers", "variance, deeper layers"];

    /// <inheritdoc/>
    public override string Name => "cbn-window";

    /// <inheritdoc/>
    public override string Question =>
        "how well do the last few small batches estimate the statistics of all data, corrected to the current weights and uncorrected?";

    /// <inheritdoc/>
    public override string Title => "Cross-iteration batch normalization: statistics of the last batches";

    /// <inheritdoc/>
    public override string Claim =>
        "Statistics of past batches, corrected to the current weights by a Taylor step, estimate the statistics of all data better than "
        + "uncorrected ones, and better than the current batch alone.";

    /// <inheritdoc/>
    public override string Measure =>
        "Error of mean and variance against those of all images at the same weights, in the first and in deeper layers, in batches of 4.";

    /// <inheritdoc/>
    public override string Criterion =>
        $"The claim holds if, of the {Errors.Length * Rates.Length} errors at a window of {Shown} (mean and variance, first and deeper "
        + $"layers, {Rates.Length} learning rates), at least three quarters are smaller with corrected statistics than with uncorrected "
        + "ones and with the current batch alone. It is refuted if fewer than half are.";

    /// <inheritdoc/>
    public override string Published =>
        "In deep convolutional networks corrected statistics are closest to those of many images, uncorrected ones next, and the "
        + "batch's own last.";

    private protected override IReadOnlyList<string> Factors => [Rate, Window, Estimate];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [.. Errors.Select(error => new QuantityColumn(error, "F3")), new(Bias, "F3")];

    private protected override string Sources =>
        """
        <p>After Yao, Cao, Zheng, Huang and Lin, <cite><a href="https://arxiv.org/abs/2002.05712">Cross-Iteration Batch
        Normalization</a></cite> (2021), sections 3 and 4; a window of 8 and batches of 4 are theirs.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; cross-iteration batch normalization of the same window before "
            + "each ReLU; He's initial weights"),
        new("training", $"{input.Shortened(UpdateCount)} updates of stochastic gradient descent without momentum, batches of {BatchSize}"),
        new("images", $"the first {Images:N0} are all the data, to train on and to measure the true statistics on, every {MeasureEvery} "
            + "updates"),
        new("errors", "of the mean, over the true standard deviation; of the variance, over the true variance; both absolute, averaged "
            + "over units, layers and measurements"),
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
            best >= MaxComparisons * all ? Finding.Holds : best < HalfOfComparisons * all ? Finding.DoesNotHold : Finding.NotShown,
            $"Corrected statistics have the smallest error of the mean in {mean} of {all / 2} cases, and of the variance in {variance} "
            + $"of {all / 2}; uncorrected ones are better than the current batch alone in {meanNaive} and {varianceNaive}.");
    }

    private protected override string Answer(Measurements measured)
    {
        (int mean, _) = Best(measured, "mean");
        (int variance, _) = Best(measured, "variance");
        int cases = Errors.Length * Rates.Length / 2;
        return Invariant($"Statistics of past batches, corrected to the current weights, are the best estimate of the mean in {mean} of ")
            + Invariant($"{cases} cases, and of the variance in {variance} of {cases}.");
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"Networks are trained with batches of {BatchSize} at {Rates.Length} learning rates, {Html.Times(settings.Seeds)} each. During "
        + "training, three estimates of the statistics of each normalization's input are compared with the true ones: the current "
        + "batch, the last batches uncorrected, and the last batches corrected to the current weights.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return
        [
            new(Mean(Taylor), $"is the mean error with corrected past batches, at a window of {Shown}.", Taylor),
            new(
                Mean(Single),
                $"is the mean error with the current batch alone; with uncorrected past batches it is {Mean(Naive)}.",
                Single),
        ];

        string Mean(string estimate) => Rates.SelectMany(rate => Errors.Select(error => Error(measured, rate, estimate, error))).Average()
            .ToString("F2", CultureInfo.InvariantCulture);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "The effect of the learning rate",
            $"Errors at a window of {Shown}. Where weights hardly change, past statistics are as good as current ones; where they "
            + "change fast, uncorrected statistics mislead.",
            Panels(Rate, AxisKind.Log, "learning rate (log scale)", (Window, Shown))),
        new(
            "The bias of the corrected variance",
            "In the first layer the Taylor step of the mean is exact, but that of the mean square leaves out the second-order term, "
            + "which is never negative. The corrected variance is therefore too small, and more so the faster the weights change. "
            + "Uncorrected statistics have no such bias, and the scatter of a few samples is equally large in both. The variance of a "
            + "single batch of 4 is a quarter too small, since it is the population (biased) variance of the batch.",
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

    /// <summary>
    /// The number of errors of a kind that are smallest with corrected statistics, and of those that are smaller with uncorrected ones
    /// than with a single batch.
    /// </summary>
    private static (int Corrected, int Uncorrected) Best(Measurements measured, string kind)
    {
        int corrected = 0, uncorrected = 0;
        foreach ((string rate, string error) in
            from rate in Rates
            from error in Errors
            where error.StartsWith(kind, StringComparison.Ordinal)
            select (rate, error))
        {
            double single = Error(measured, rate, Single, error);
            double naive = Error(measured, rate, Naive, error);
            double taylor = Error(measured, rate, Taylor, error);
            corrected += taylor < naive && taylor < single ? 1 : 0;
            uncorrected += naive < single ? 1 : 0;
        }

        return (corrected, uncorrected);
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
                probes.Add(new StatisticsProbe(linear, estimate == Single ? 1 : length, corrects: estimate == Taylor));

                // In inference the batch's own statistics are used: those of all data when the truth is measured.
                var normalization = new CrossIterationBatchNorm(linear, new() { Window = length }) { Source = StatisticsSource.Batch };
                return new Sequential(probes[^1], normalization);
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

            // The true statistics at the weights with which the next update begins.
            bool measures = (update + 1) % MeasureEvery == 0 || update == 1;
            truth = measures ? LayerMoments.Of(network, data.Inputs, Pass.Inference, layer => layer is CrossIterationBatchNorm) : null;
            probes.ForEach(probe => probe.IsOn = measures);
        }
    }

    private static double MeanError(Moments truth, Moments estimate) =>
        Math.Abs(estimate.Mean - truth.Mean) / Math.Sqrt(truth.PopulationVariance);

    private static double VarianceError(Moments truth, Moments estimate) => estimate.PopulationVariance / truth.PopulationVariance - 1;
}
