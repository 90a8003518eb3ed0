using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
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
/// Claim: with batch normalization a network of sigmoids learns faster and better, and the inputs of its sigmoids are more stable.
/// </summary>
/// <remarks>Source: Ioffe and Szegedy 2015, section 4.1 and figure 1.</remarks>
internal sealed class SigmoidStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Accuracy = "test accuracy";
    private const string Early = "accuracy after a tenth";
    private const string Middle = "after half";
    private const string Final = "at the end";
    private const string Movement = "movement of the median";
    private const string Low = "15th percentile";
    private const string Median = "median";
    private const string High = "85th percentile";
    private const int Layers = 3;
    private const int Width = 100;
    private const double Deviation = 0.1;
    private const double LearningRate = 0.1;
    private const int BatchSize = 60;
    private const int UpdateCount = 50_000;
    private const int Marks = 100;

    private static readonly string[] AccuracyMarks = [Early, Middle, Final];

    /// <inheritdoc/>
    public override string Name => "sigmoid";

    /// <inheritdoc/>
    public override string Question =>
        "does a network of sigmoids learn faster with batch normalization, and are the inputs of its sigmoids more stable?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization in a network of sigmoids";

    /// <inheritdoc/>
    public override string Claim =>
        "With batch normalization a network of sigmoids reaches a higher accuracy throughout training, and the distribution of a "
        + "sigmoid's input moves less.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy after a tenth, half and all of the updates; how far the median of a last hidden sigmoid's input moves after the "
        + "first tenth, in units of its spread from the 15th to the 85th percentile.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if, with batch normalization, the mean accuracy is higher at all three marks and the mean movement is smaller: "
        + "a unit's movement is the range of its median over all marks after the first tenth of training, over its mean spread at these "
        + "marks, averaged over the last hidden layer. It is refuted if neither the accuracy at the end is higher nor the movement "
        + "smaller.";

    /// <inheritdoc/>
    public override string Published =>
        "Figure 1: over 50,000 updates the network with batch normalization has the higher test accuracy throughout, and the "
        + "percentiles of its sigmoid's input stay nearly level.";

    private protected override IReadOnlyList<string> Factors => [Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Early, "P1"), new(Middle, "P1"), new(Final, "P1"), new(Movement, "F2")];

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 4.1. The paper gives neither the learning rate nor the deviation of
        the initial weights; both were chosen before the first run.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} sigmoid units; batch normalization, where used, before each sigmoid"),
        new("initial weights", Invariant($"normal, of deviation {Deviation}")),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum at ")
            + Invariant($"{LearningRate}, batches of {BatchSize}")),
        new("images", $"all training images; measured on all test images, {Marks} times"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from normalization in new[] { Batch, None }
        select new Trial([normalization], (recorder, token) => Train(input, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements with = measured.Where(Normalization, Batch), without = measured.Where(Normalization, None);
        bool better = AccuracyMarks.All(mark => with.Last(mark).Mean > without.Last(mark).Mean);
        bool calmer = with.Last(Movement).Mean < without.Last(Movement).Mean;
        return new Verdict(
            better && calmer ? Finding.Holds
                : !calmer && !(with.Last(Final).Mean > without.Last(Final).Mean) ? Finding.DoesNotHold
                : Finding.NotShown,
            $"Test accuracy after a tenth, half and all of the updates is {Numbers(with)} with batch normalization, and "
            + $"{Numbers(without)} without; the median of a sigmoid's input moves by {with.Last(Movement).MeanText("F2")} and "
            + $"{without.Last(Movement).MeanText("F2")} of its spread.");

        static string Numbers(Measurements runs) => string.Join(", ", AccuracyMarks.Select(mark => runs.Last(mark).Text("P1")));
    }

    private protected override string Answer(Measurements measured)
    {
        return "After a tenth of its training, a network of sigmoids classifies "
            + $"{Accuracy(Batch)} of the test images correctly with batch normalization, and {Accuracy(None)} without.";

        string Accuracy(string normalization) => measured.Where(Normalization, normalization).Last(Early).MeanText("P0");
    }

    private protected override string Story(MeasuredSettings settings) =>
        $"A network of {Layers} hidden layers of {Width} sigmoid units is trained from the same initial weights with and without batch "
        + $"normalization, {Html.Times(settings.Seeds)} each. During training, the test accuracy and the inputs of one sigmoid of the "
        + "last hidden layer are measured.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            Measurements runs = measured.Where(Normalization, normalization);
            return new Headline(
                runs.Last(Final).MeanText("P1"),
                $"of the test images are classified correctly at the end {with} batch normalization. The median of a sigmoid's input "
                + $"moves by {runs.Last(Movement).MeanText("F2")} of its spread.",
                normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How fast, and how well?",
            "Test accuracy over the updates; the bands go from the lowest to the highest seed.",
            new Chart(Accuracy) { XTitle = "updates", YTitle = Accuracy, YFormat = "%", YDomain = (0, 1) }),
        new(
            "What are the inputs of a sigmoid?",
            "The 15th, 50th and 85th percentile of the input of the last hidden layer's first sigmoid, over the test images, for the "
            + "first seed. Level lines mean a stable distribution, so that the next layer learns from the same inputs throughout.",
            new Chart(Low, Median, High)
            {
                XTitle = "updates", YTitle = "input of the sigmoid", Series = Chart.Quantity, Panels = Normalization, Columns = 2,
            }),
    ];

    private static void Train(StudyInput input, string normalization, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Sequential network = Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = StudyNetworks.Normalization(normalization),
            Activation = static () => new Sigmoid(),
            Weights = Initializer.Normal(Deviation),
        });
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        Dataset<int> test = images.Test;
        Layer lastSigmoid = network.Layers.OfType<Sigmoid>().Last();
        int updates = input.Shortened(UpdateCount), every = Math.Max(1, updates / Marks);
        var accuracies = new List<double>();
        var settled = new List<(double Low, double Median, double High)[]>();
        TrainingLoop.Run(trainer, images.Train, BatchSize, updates, seed, Measure, cancellationToken);
        recorder.Add(Early, accuracies[(accuracies.Count - 1) / 10]);
        recorder.Add(Middle, accuracies[(accuracies.Count - 1) / 2]);
        recorder.Add(Final, accuracies[^1]);
        recorder.Add(Movement, Enumerable.Range(0, Width).Average(unit =>
            (settled.Max(mark => mark[unit].Median) - settled.Min(mark => mark[unit].Median))
            / settled.Average(mark => mark[unit].High - mark[unit].Low)));

        void Measure(int update, double loss)
        {
            if (update % every != 0 && update != updates)
            {
                return;
            }

            accuracies.Add(trainer.Evaluate(test, cancellationToken).Accuracy!.Value);
            recorder.Add(Accuracy, accuracies[^1], update);
            (double Low, double Median, double High)[] units = Percentiles(network, test.Inputs, lastSigmoid);
            if (seed == 0)
            {
                // The paper shows a single sigmoid; a mean over those of several networks would show none.
                recorder.Add(Low, units[0].Low, update);
                recorder.Add(Median, units[0].Median, update);
                recorder.Add(High, units[0].High, update);
            }

            if (10 * update > updates)
            {
                settled.Add(units);
            }
        }
    }

    /// <summary>The percentiles of each unit's inputs.</summary>
    private static (double Low, double Median, double High)[] Percentiles(Sequential network, Tensor<float> inputs, Layer of)
    {
        (double, double, double)[] percentiles = [];
        LayerInputs.Show(network, inputs, (layer, input) =>
        {
            if (layer == of)
            {
                percentiles =
                [
                    .. Units.Sorted(input).Select(unit =>
                        (Units.Quantile(unit, 0.15), Units.Quantile(unit, 0.5), Units.Quantile(unit, 0.85))),
                ];
            }
        });
        return percentiles;
    }
}
