using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: on shifted test images, running statistics recomputed from such images, without labels, recover accuracy.</summary>
/// <remarks>Sources: Schneider et al. 2020; Nado et al. 2020. The kinds of shift are theirs; the strengths were chosen before the first
/// run.</remarks>
internal sealed class RecalibrationStudy : MeasuredStudy
{
    private const string Network = "network";
    private const string Shift = "shift";
    private const string Contrast = "contrast";
    private const string Noise = "noise";
    private const string Blur = "blur";
    private const string Recalibrated = "recalibrated";
    private const string ByStrength = "test accuracy";
    private const string Unshifted = "accuracy unshifted";
    private const string MeanShifted = "mean accuracy shifted";
    private const int Strengths = 4;
    private const int BatchSize = 32;
    private const double LearningRate = 0.1;
    private const int TrainImages = 10_000;
    private const int TestImages = 1_000;

    private static readonly string[] Shifts = [Contrast, Noise, Blur];
    private static readonly float[] Contrasts = [1, 0.75f, 0.5f, 0.25f, 0.125f];
    private static readonly float[] Deviations = [0, 0.15f, 0.3f, 0.45f, 0.6f];
    private static readonly int[] Blurs = [0, 1, 2, 4, 8];

    /// <inheritdoc/>
    public override string Name => "recalibration";

    /// <inheritdoc/>
    public override string Question =>
        "how much accuracy on shifted images do running statistics recover that are recomputed without labels?";

    /// <inheritdoc/>
    public override string Title => "Recalibrated running statistics for shifted images";

    /// <inheritdoc/>
    public override string Claim =>
        "A trained network loses accuracy on images of lower contrast, with noise or with blur; running statistics recomputed from such "
        + "images, without labels, recover much of it.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy on shifted images, with the running statistics of training and with those of other images with the same shift.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if in each of the three shifts the mean accuracy over the four strengths is higher with recalibrated "
        + "statistics, and if over all of them these recover at least half of what is lost. It is refuted if the accuracy is higher in "
        + "none of the three.";

    /// <inheritdoc/>
    public override string Published =>
        "On corrupted ImageNet, ResNet-50 has a mean corruption error of 76.7 %, and of 62.2 % with the statistics of the corrupted "
        + "images (Schneider et al.).";

    private protected override IReadOnlyList<string> Factors => [Network, Shift];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(Unshifted, "P1"), new(MeanShifted, "P1")];

    private protected override int MinImages => 2 * BatchSize;

    private protected override string Sources =>
        """
        <p>After Schneider et al., <cite><a href="https://arxiv.org/abs/2006.16971">Improving robustness against common corruptions by
        covariate shift
        adaptation</a></cite> (2020), and Nado et al., <cite><a href="https://arxiv.org/abs/2006.10963">Evaluating Prediction-Time Batch
        Normalization for
        Robustness under Covariate Shift</a></cite> (2020).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", "two convolutions of 3×3 with 32 and 64 channels, each with batch normalization where used, ReLU and 2×2 max "
            + "pooling, and a linear layer; on images averaged down to about 14 pixels a side; He's initial weights"),
        new("training", $"the first {input.Shortened(TrainImages):N0} training images once, unshifted; stochastic gradient descent at "
            + $"{LearningRate} without momentum, batches of {BatchSize}"),
        new(Contrast, Invariant($"x becomes ½ + c(x − ½), with c = {string.Join(", ", Contrasts)} at the strengths 0 to 4")),
        new(Noise, Invariant($"normal noise of deviation {string.Join(", ", Deviations)} is added, and the result clamped to 0 to 1")),
        new(Blur, $"each pixel becomes the mean of 3×3, {string.Join(", ", Blurs)} times; around the image there are zeros"),
        new("recalibration", $"up to {TestImages:N0} test images with the shift, different from those that accuracy is measured on; no "
            + "labels, no change of weights"),
        new("images", $"accuracy on the first {TestImages:N0} test images, or on half of them all"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed)
    {
        _ = Convolutional(input.Images!, seed, normalization: null); // refuses images that are too small before the first run
        return
            from shift in Shifts
            from network in new[] { Batch, Recalibrated, None }
            select new Trial([network, shift], (recorder, token) => Train(input, network, shift, seed, recorder, token));
    }

    private protected override Verdict Decide(Measurements measured)
    {
        double lost = 0, won = 0;
        int higher = 0;
        var reasons = new List<string>();
        foreach (string shift in Shifts)
        {
            SeedSummary without = At(measured, Batch, shift, MeanShifted), with = At(measured, Recalibrated, shift, MeanShifted);
            lost += At(measured, Batch, shift, Unshifted).Mean - without.Mean;
            won += with.Mean - without.Mean;
            higher += with.Mean > without.Mean ? 1 : 0;
            reasons.Add($"{without.MeanText("P1")} to {with.MeanText("P1")} ({shift}; without batch normalization "
                + $"{At(measured, None, shift, MeanShifted).MeanText("P1")})");
        }

        return new Verdict(
            higher == Shifts.Length && lost > 0 && won >= lost / 2 ? Finding.Holds : higher == 0 ? Finding.DoesNotHold : Finding.NotShown,
            $"On shifted images, recalibration takes accuracy from {string.Join(", ", reasons)}. "
            + (lost > 0
                ? Invariant($"That recovers {won / lost:P0} of what is lost against ")
                    + Invariant($"{At(measured, Batch, Shifts[0], Unshifted).MeanText("P1")} on unshifted images.")
                : "No accuracy is lost against unshifted images."));
    }

    private protected override string Answer(Measurements measured)
    {
        return $"On shifted images, a network classifies {Accuracy(Batch)} correctly with its own running statistics, and "
            + $"{Accuracy(Recalibrated)} with statistics recomputed from such images, without labels.";

        string Accuracy(string network) => measured.Where(Network, network).Last(MeanShifted).MeanText("P0");
    }

    private protected override string Story(MeasuredSettings settings) =>
        "The same convolutional network is trained with and without batch normalization on unshifted images, "
        + $"{Html.Times(settings.Seeds)} each, and then tested on images with one of three shifts in four strengths. Recalibration "
        + "passes other images with the same shift through the network, and recomputes the running statistics.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, 0, "with the running statistics of training"), Of(Recalibrated, 1, "with running statistics of images with "
            + "the same shift")];

        Headline Of(string network, int place, string by) => new(
            measured.Where(Network, network).Last(MeanShifted).MeanText("P1"),
            $"of the shifted images are classified correctly {by}, over all shifts and strengths.",
            network,
            place);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "How much is lost, and recovered?",
            "At strength 0 images are as in training. The distance between the two lines with batch normalization is what recalibration "
            + "recovers.",
            new Chart(ByStrength)
            {
                XTitle = "strength of the shift", YTitle = ByStrength, YFormat = "%", YDomain = (0, 1),
                Series = Network, Panels = Shift, Height = 260,
            }),
    ];

    private static SeedSummary At(Measurements measured, string network, string shift, string quantity) =>
        measured.Where(Network, network).Where(Shift, shift).Last(quantity);

    private static void Train(StudyInput input, string kind, string shift, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        int seen = Math.Min(TrainImages, images.Train.Count);
        Sequential network = Convolutional(
            images,
            seed,
            kind == None ? null : convolution => new BatchNorm(convolution.Outputs, new BatchNormOptions { ChannelAxis = -1 }));
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        int updates = input.Shortened(seen / BatchSize);
        TrainingLoop.Run(trainer, images.Train.Take(seen), BatchSize, updates, seed, after: null, cancellationToken);

        int tested = Math.Min(TestImages, images.Test.Count / 2);
        Dataset<int> test = images.Test.Take(tested), others = images.Test.Slice(tested, tested);
        var random = new RandomSource(~(ulong)seed); // other numbers than the weights'
        double sum = 0;
        for (int strength = 0; strength <= Strengths; strength++)
        {
            RandomStream forTest = random.Next(), forOthers = random.Next();
            if (kind == Recalibrated)
            {
                Tensor<float> unlabelled = Shifted(others.Inputs, shift, strength, forOthers);
                Recalibration.Recalibrate(network, [unlabelled], cancellationToken: cancellationToken);
            }

            var shifted = new Dataset<int>(Shifted(test.Inputs, shift, strength, forTest), test.Targets);
            double accuracy = trainer.Evaluate(shifted, cancellationToken).Accuracy!.Value;
            recorder.Add(ByStrength, accuracy, strength);
            if (strength == 0)
            {
                recorder.Add(Unshifted, accuracy);
            }
            else
            {
                sum += accuracy;
            }
        }

        recorder.Add(MeanShifted, sum / Strengths);
    }

    private static Tensor<float> Shifted(Tensor<float> images, string shift, int strength, RandomStream random) => shift switch
    {
        Contrast => ImageShift.Contrast(images, Contrasts[strength]),
        Noise => ImageShift.Noise(images, Deviations[strength], random),
        _ => ImageShift.Blur(images, Blurs[strength]),
    };
}
