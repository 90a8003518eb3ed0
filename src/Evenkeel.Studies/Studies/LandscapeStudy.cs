using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Numerics.Simd;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: batch normalization makes the loss and its gradient change less along the steps of training.</summary>
/// <remarks>Source: Santurkar et al. 2018, section 3.1 and figure 4, there on VGG with CIFAR-10.</remarks>
internal sealed class LandscapeStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string LossRange = "range of the loss";
    private const string GradientRange = "range of the gradient's change";
    private const string Smoothness = "effective β-smoothness";
    private const string Loss = "training loss";
    private const int Layers = 5;
    private const int Width = 100;
    private const double LearningRate = 0.1;
    private const int BatchSize = 100;
    private const int UpdateCount = 2_000;
    private const int Marks = 50;

    private static readonly string[] Quantities = [LossRange, GradientRange, Smoothness];

    /// <summary>The lengths of the steps, as multiples of the learning rate.</summary>
    private static readonly double[] Steps = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4];

    /// <inheritdoc/>
    public override string Name => "landscape";

    /// <inheritdoc/>
    public override string Question => "do the loss and its gradient change less along a step with batch normalization?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the loss landscape";

    /// <inheritdoc/>
    public override string Claim =>
        "With batch normalization the loss is smoother along the gradient: it varies less, and its gradient changes less and more slowly.";

    /// <inheritdoc/>
    public override string Measure =>
        "Through training, for steps of half to four times the learning rate along the gradient of a batch: the range of the loss, the "
        + "range of the gradient's change, and the gradient's largest change over the distance.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if each of the three measures, as the geometric mean over the marks of training and the seeds, is smaller with "
        + "batch normalization. It is refuted if none is.";

    /// <inheritdoc/>
    public override string Published =>
        "Figure 4, VGG on CIFAR-10: all three are smaller with batch normalization throughout training.";

    private protected override IReadOnlyList<string> Factors => [Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [.. Quantities.Select(quantity => new QuantityColumn(Mean(quantity), "G3")), new(Loss, "G3")];

    private protected override string Sources =>
        """
        <p>After Santurkar, Tsipras, Ilyas and Madry, <cite><a href="https://arxiv.org/abs/1805.11604">How Does Batch Normalization Help
        Optimization?</a></cite> (2018), section 3.1 and figure 4. The network here is a perceptron; its settings were chosen before the
        first run.
        That training goes on to a curvature of 2 / learning rate: Cohen et al., <cite><a href="https://arxiv.org/abs/2103.00065">Gradient
        Descent on
        Neural Networks Typically Occurs at the Edge of Stability</a></cite> (2021), there for whole-data batches.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units, ReLU; batch normalization, where used, before each ReLU; He's initial "
            + "weights"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum at ")
            + Invariant($"{LearningRate}, batches of {BatchSize}")),
        new("steps", Invariant($"{Steps.Length}, from {Steps[0]} to {Steps[^1]} times the learning rate, against the gradient with ")
            + Invariant($"respect to all parameters, on one batch that is the same for all, in training; {Marks} times through training")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from normalization in new[] { Batch, None }
        select new Trial([normalization], (recorder, token) => Train(input, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements with = measured.Where(Normalization, Batch), without = measured.Where(Normalization, None);
        int smaller = Quantities.Count(quantity => Log(with, quantity) < Log(without, quantity));
        return new Verdict(
            smaller == Quantities.Length ? Finding.Holds
                : Quantities.All(quantity => Log(with, quantity) >= Log(without, quantity)) ? Finding.DoesNotHold
                : Finding.NotShown,
            "With batch normalization and without: "
            + $"{string.Join(", ", Quantities.Select(Both))} (geometric means over training).");

        string Both(string quantity) => $"{quantity} {Number(with, quantity)} and {Number(without, quantity)}";
    }

    private protected override string Answer(Measurements measured) =>
        "Along the gradient, the loss of a network with batch normalization has a range of "
        + $"{Number(measured.Where(Normalization, Batch), LossRange)}; without it, of "
        + $"{Number(measured.Where(Normalization, None), LossRange)}.";

    private protected override string Story(MeasuredSettings settings) =>
        "The same network is trained from the same initial weights at the same learning rate with and without batch normalization, "
        + $"{Html.Times(settings.Seeds)} each. At {Marks} points of training, the loss and the gradient are evaluated along the "
        + "gradient of one batch, up to four steps ahead.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            Measurements runs = measured.Where(Normalization, normalization);
            return new Headline(
                Number(runs, LossRange),
                $"is the range of the loss along a step {with} batch normalization; the gradient's change has a range of "
                + $"{Number(runs, GradientRange)}.",
                normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        Figure("How much does the loss vary?", "The highest loss minus the lowest, over the steps. A small range means that a step does "
            + "what the gradient predicts.", LossRange),
        Figure("How much does the gradient change?", "The largest distance of the gradients along the steps from the first one, minus "
            + "the smallest distance.", GradientRange),
        Figure(
            "How fast does it change?",
            "The largest change of the gradient divided by the distance: an estimate of the curvature along the gradient. Descent is "
            + "stable up to a curvature of 2 / learning rate, and training approaches that limit with batch normalization and without: "
            + "this measure can differ less than the two above.",
            Smoothness,
            (2 / LearningRate, "2 / learning rate")),
        new(
            "How do they learn?",
            "The loss on the batch of training images that is used for the measurements.",
            new Chart(Loss) { XTitle = "updates", YTitle = "training loss (log scale)", Y = AxisKind.Log, Height = 220 }),
    ];

    private static Figure Figure(string heading, string text, string quantity, (double, string)? rule = null) =>
        new(heading, text, new Chart(quantity)
        {
            XTitle = "updates",
            YTitle = $"{quantity} (log scale)",
            Y = AxisKind.Log,
            Rule = rule,
            Height = 220,
        });

    private static string Mean(string quantity) => $"{quantity}, mean";

    /// <summary>The logarithm of the geometric mean over the seeds.</summary>
    private static double Log(Measurements runs, string quantity) => runs.Of(run => ElementaryFunctions.Log(run.Last(Mean(quantity)))).Mean;

    private static string Number(Measurements runs, string quantity) =>
        ElementaryFunctions.Exp(Log(runs, quantity)).ToString("G3", CultureInfo.InvariantCulture);

    private static void Train(StudyInput input, string normalization, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Sequential network = Perceptron(
            input.Images!,
            Layers,
            Width,
            seed,
            new MultilayerPerceptronOptions { Normalization = StudyNetworks.Normalization(normalization) });
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        Dataset<int> train = input.Images!.Train;
        var batch = new Batches<int>(train, Math.Min(BatchSize, train.Count), (ulong)seed, dropLast: true);
        batch.Start(0);
        batch.MoveNext();
        var surface = new LossSurface(network, batch.Inputs, batch.Targets);
        int updates = input.Shortened(UpdateCount), every = Math.Max(1, updates / Marks);
        Look(surface, recorder, update: 0);
        TrainingLoop.Run(
            trainer,
            train,
            BatchSize,
            updates,
            seed,
            (update, _) =>
            {
                if (update % every == 0)
                {
                    Look(surface, recorder, update);
                }
            },
            cancellationToken);
        foreach (string quantity in Quantities)
        {
            double logarithm = recorder.Points.Where(point => point.Quantity == quantity)
                .Average(point => ElementaryFunctions.Log(point.Value ?? double.NaN));
            recorder.Add(Mean(quantity), ElementaryFunctions.Exp(logarithm));
        }
    }

    /// <summary>Measures along the gradient, and restores the parameters.</summary>
    private static void Look(LossSurface surface, Recorder recorder, int update)
    {
        recorder.Add(Loss, surface.Differentiate(), update);
        float[] origin = surface.Point(), gradient = surface.Gradient();
        double length = Euclidean.Norm(gradient);
        var losses = new List<double>();
        var changes = new List<double>();
        foreach (double step in Steps)
        {
            surface.MoveTo(origin, (float)(step * LearningRate), gradient);
            losses.Add(surface.Differentiate());
            changes.Add(Euclidean.Distance(surface.Gradient(), gradient));
        }

        surface.MoveTo(origin, 0, gradient);
        recorder.Add(LossRange, losses.Max() - losses.Min(), update);
        recorder.Add(GradientRange, changes.Max() - changes.Min(), update);
        recorder.Add(Smoothness, Steps.Zip(changes, (step, change) => change / (step * LearningRate * length)).Max(), update);
    }
}
