using Evenkeel.Numerics.Losses;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Numerics.Losses;

/// <summary>The numbers with options are those of PyTorch in the golden tests.</summary>
public class WeightedCrossEntropyTests
{
    [Fact]
    public void Equal_weights_and_no_smoothing_are_the_plain_loss()
    {
        foreach (int classes in (int[])[.. Shapes.AroundVectors, 1000])
        {
            float[] logits = Array.ConvertAll(TestData.Uniform(4 * classes, seed: 1), value => 30 * value);
            int[] labels = [.. Enumerable.Range(0, 4).Select(row => 7 * row % classes)];
            float[] plain = new float[logits.Length], weighted = new float[logits.Length];

            double expected = SoftmaxRows.CrossEntropy(logits, labels, plain);
            double loss = new WeightedCrossEntropy([.. Enumerable.Repeat(3f, classes)], 0, null).Mean(logits, labels, weighted);

            AssertClose([expected], [loss], Tolerances.Loss, Math.Max(1, expected), $"loss over {classes} classes");
            AssertClose(TestData.Widen(plain), weighted, Tolerances.LossGradient, 0.25, $"gradient over {classes} classes");
        }
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        float[] logits = TestData.Uniform(12, seed: 3), gradient = new float[12], weights = [0.5f, 2, 1, 3];
        int[] labels = [1, 9, 3];
        var loss = new WeightedCrossEntropy(weights, 0.2, ignored: 9);
        _ = loss.Mean(logits, labels, gradient);
        for (int i = 0; i < logits.Length; i++)
        {
            const float Step = 1f / 128;
            float before = logits[i];
            logits[i] = before + Step;
            double above = loss.Mean(logits, labels, new float[12]);
            logits[i] = before - Step;
            double below = loss.Mean(logits, labels, new float[12]);
            logits[i] = before;

            Assert.Equal((above - below) / (2 * Step), gradient[i], 2e-5);
        }
    }

    [Fact]
    public void Ignored_samples_have_neither_loss_nor_gradient()
    {
        float[] logits = [float.NaN, 1, 2, 3, 1, 0], gradient = new float[6];
        var losses = new double[2];
        var loss = new WeightedCrossEntropy([], 0, ignored: -100);

        Assert.Equal(Math.Log(Math.Exp(3) + Math.E + 1) - 1, loss.Mean(logits, [-100, 1], gradient), 1e-6);
        Assert.Equal([0, 0, 0], gradient[..3]);
        loss.Each(logits, [-100, 1], losses);
        Assert.Equal(0, losses[0]);
        Assert.Equal(0, loss.Mean(logits, [-100, -100], gradient));
        Assert.All(gradient, one => Assert.Equal(0, one));
    }
}
