using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Metrics;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Metrics;

public class ClassificationMetricsTests
{
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Merged_measures_are_those_of_all_samples(int classes) => Properties.Check(
        (from seed in Gen.Choose(1, 1_000_000)
         from first in Gen.Choose(0, 40)
         from second in Gen.Choose(0, 40)
         select (seed, first, second)).ToArbitrary(),
        sizes =>
        {
            int rows = sizes.first + sizes.second + classes;
            int[] labels = [.. Enumerable.Range(0, classes), .. Labels(sizes.first + sizes.second, classes, sizes.seed)];
            float[] logits = TestData.Uniform(rows * classes, sizes.seed);
            ClassificationMetrics whole = new(classes), parts = new(classes), first = new(classes), second = new(classes);
            int split = sizes.first, cut = split * classes;
            whole.AddLogits(labels, logits);
            first.AddLogits(labels.AsSpan(0, split), logits.AsSpan(0, cut));
            second.AddLogits(labels.AsSpan(split), logits.AsSpan(cut));
            parts.AddLogits(labels.AsSpan(0, split), logits.AsSpan(0, cut));
            parts.AddLogits(labels.AsSpan(split), logits.AsSpan(cut));
            first.Merge(second);

            Assert.Equal((whole.LogLoss, whole.BrierScore), (parts.LogLoss, parts.BrierScore));
            Assert.Equal(whole.Count, first.Count);
            Assert.Equal(whole.Confusion.ToString(), first.Confusion.ToString());
            Assert.Equal(whole.LogLoss, first.LogLoss, Tolerance);
            Assert.Equal(whole.BrierScore, first.BrierScore, Tolerance);
            Assert.Equal(whole.Calibration.ExpectedError, first.Calibration.ExpectedError, Tolerance);
            Assert.Equal(whole.RocArea(), first.RocArea());
        });

    [Fact]
    public void A_trained_networks_measures_are_those_of_the_trainer()
    {
        Sequential network = Network(4);
        Dataset<int> data = Data(4);
        Evaluation evaluation = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1)).Evaluate(data);
        ClassificationMetrics metrics = ClassificationMetrics.Of(network, data, names: ["a", "b", "c", "d"]);

        Assert.Equal(evaluation.Samples, metrics.Count);
        Assert.Equal(evaluation.Accuracy, metrics.Confusion.Accuracy);
        Assert.Equal(evaluation.Loss, metrics.LogLoss, 1e-6);
        Assert.InRange(metrics.RocArea(), 0.3, 0.7);
        Assert.StartsWith("actual \\ predicted", metrics.Confusion.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_and_logits_are_told_apart_by_the_last_layer_or_by_the_caller()
    {
        Sequential network = Network(4);
        var probable = new Sequential(network, new Softmax());
        Dataset<int> data = Data(4);
        ClassificationMetrics logits = ClassificationMetrics.Of(network, data);

        Assert.All(
            [
                ClassificationMetrics.Of(probable, data),
                ClassificationMetrics.Of(new Sequential(new Identity(), probable), data),
                ClassificationMetrics.Of(probable, data, areProbabilities: true),
            ],
            metrics => Assert.Equal(logits.LogLoss, metrics.LogLoss, 1e-6));
        Assert.NotEqual(logits.LogLoss, ClassificationMetrics.Of(probable, data, areProbabilities: false).LogLoss, 1e-2);
        AssertRefused<ArgumentException>(
            () => ClassificationMetrics.Of(network, data, areProbabilities: true), "network", "Take the softmax of logits");
    }

    [Fact]
    public void One_output_is_that_of_class_1()
    {
        var network = new Linear(5, 1, new RandomSource(seed: 3));
        Dataset<int> data = Data(2);
        float[] logits = network.Predict(data.Inputs).ToArray();
        ClassificationMetrics metrics = ClassificationMetrics.Of(network, data), two = new(2), probable = new(2);
        two.AddLogits(data.Targets.Elements(), [.. logits.SelectMany(z => new[] { 0, z })]);
        probable.Add(data.Targets.Elements(), [.. logits.Select(z => 1 / (1 + Math.Exp(-z)))]);

        Assert.Equal((two.LogLoss, two.RocArea()), (metrics.LogLoss, metrics.RocArea()));
        Assert.Equal(two.LogLoss, probable.LogLoss, Tolerance);
        Assert.Equal(two.BrierScore, ClassificationMetrics.Of(new Sequential(network, new Sigmoid()), data).BrierScore, 1e-6);
        Assert.Equal(two.RocArea(), RocCurve.Of(data.Targets.Elements(), [.. logits.Select(z => (double)z)]).Area, Tolerance);
    }

    [Fact]
    public void Certain_errors_have_a_finite_loss()
    {
        ClassificationMetrics single = new(2), wide = new(2), logits = new(2);
        single.Add([0], [0f, 1]);
        wide.Add([0], [0.0, 1]);
        logits.AddLogits([0], [-1e30f, 1e30f]);

        Assert.Equal(23 * Math.Log(2), single.LogLoss, 1e-6);
        Assert.Equal(52 * Math.Log(2), wide.LogLoss, Tolerance);
        Assert.Equal(wide.LogLoss, logits.LogLoss);
        Assert.Equal(1, wide.BrierScore);
    }

    [Fact]
    public void Curves_can_be_left_out()
    {
        var metrics = new ClassificationMetrics(3, keepScores: false);
        metrics.Add([0, 1, 2], [0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0, 0, 1]);

        Assert.Equal(2, metrics.Confusion.Correct);
        Assert.True(metrics.HasAllClasses);
        Assert.Contains("keepScores", Assert.Throws<InvalidOperationException>(() => metrics.RocArea()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => metrics.Roc(0));
        AssertRefused<ArgumentException>(() => metrics.Merge(new ClassificationMetrics(3)), "other", "keeps scores");
    }

    [Fact]
    public void Wrong_samples_are_refused_and_add_nothing()
    {
        var metrics = new ClassificationMetrics(3);
        AssertRefused<ArgumentException>(() => metrics.Add([0, 1], [0.5, 0.5]), "probabilities", "2 values for 2 labels", "expected 3");
        AssertRefused<ArgumentException>(() => metrics.Add([3], [0.5, 0.5, 0]), "labels", "Label 3 of sample 0");
        AssertRefused<ArgumentException>(
            () => metrics.Add([0, 1], [1.0, 0, 0, 2, -1, 0]), "probabilities", "A probability of sample 1 is 2; it must be from 0 to 1");
        AssertRefused<ArgumentException>(() => metrics.Add([0], [float.NaN, 0, 0]), "probabilities", "sample 0 is NaN");
        AssertRefused<ArgumentException>(() => metrics.Add([0], [0.5, 0.5, 0.5]), "probabilities", "add up to 1.5, not to 1");
        AssertRefused<ArgumentException>(() => metrics.AddLogits([0], [1, float.NaN, 0]), "logits", "A logit of sample 0 is NaN");
        AssertRefused<ArgumentException>(() => metrics.Merge(new ClassificationMetrics(4)), "other", "4 classes, this one has 3");
        AssertRefused<ArgumentException>(() => metrics.Merge(new ClassificationMetrics(3, bins: 5)), "other", "5 bins");
        AssertRefused<ArgumentOutOfRangeException>(() => new ClassificationMetrics(1), "classes");
        AssertRefused<ArgumentOutOfRangeException>(() => metrics.Roc(3), "positive");
        metrics.Add([], ReadOnlySpan<float>.Empty);
        Assert.Equal((0, double.NaN, double.NaN), (metrics.Count, metrics.LogLoss, metrics.BrierScore));
    }

    [Fact]
    public void Networks_and_datasets_that_do_not_fit_are_refused()
    {
        Sequential network = Network(4);
        Dataset<int> data = Data(5);
        AssertRefused<ArgumentException>(() => ClassificationMetrics.Of(network, data), "data", "is not one of the 4 classes");
        AssertRefused<ArgumentException>(
            () => ClassificationMetrics.Of(network, new Dataset<int>(data.Inputs, Tensor.CreateFromShape<int>([data.Count, 2]))),
            "data",
            "one per sample");
        AssertRefused<ArgumentException>(
            () => ClassificationMetrics.Of(new Identity(), new Dataset<int>(Zeros([2, 3, 4]), Tensor.Create([0, 1], [2]))),
            "network",
            "[2, 3, 4]",
            "expected [N, classes]");
        Assert.Throws<OperationCanceledException>(
            () => ClassificationMetrics.Of(network, Data(4), cancellationToken: new CancellationToken(canceled: true)));
    }

    private static Sequential Network(int classes) => new(new Linear(5, classes, new RandomSource(seed: 3)));

    private static Dataset<int> Data(int classes) => new(
        TestData.Tensor(TestData.Uniform(5 * 603, seed: 1), 603, 5), TestData.Tensor(Labels(603, classes, seed: 2), 603));

    private static int[] Labels(int count, int classes, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
    }
}
