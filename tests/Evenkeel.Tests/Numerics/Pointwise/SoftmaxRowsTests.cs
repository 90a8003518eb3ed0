using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Numerics.Pointwise;

public class SoftmaxRowsTests
{
    [Fact]
    public void Agrees_with_the_reference_for_every_number_of_classes()
    {
        foreach (int classes in (int[])[.. Shapes.AroundVectors, 1000])
        {
            foreach (float size in (float[])[1, 30, 1e4f])
            {
                float[] logits = Array.ConvertAll(TestData.Uniform(4 * classes, seed: 1), value => size * value);
                int[] labels = [.. Enumerable.Range(0, 4).Select(row => 7 * row % classes)];
                var gradient = new float[logits.Length];

                double loss = SoftmaxRows.CrossEntropy(logits, labels, gradient);

                (double expected, double[] expectedGradient) = LossReference.SoftmaxCrossEntropy(TestData.Widen(logits), labels);
                AssertClose([expected], [loss], Tolerances.Loss, Math.Max(1, expected), $"loss over {classes} classes");
                AssertClose(expectedGradient, gradient, Tolerances.LossGradient, 0.25, $"gradient over {classes} classes");
            }
        }
    }

    [Fact]
    public void Is_exact_where_one_class_is_certain()
    {
        float[] gradient = new float[3];
        Assert.Equal(0, SoftmaxRows.CrossEntropy([3e38f, -3e38f, 0], [0], gradient));
        Assert.Equal([0, 0, 0], gradient);
        Assert.Equal(2000, SoftmaxRows.CrossEntropy([1000, -1000, 0], [1], gradient));
        Assert.Equal([1, -1, 0], gradient);
        Assert.Equal(0, SoftmaxRows.CrossEntropy([5], [0], gradient.AsSpan(0, 1)));
    }

    [Fact]
    public void A_small_loss_keeps_its_digits()
    {
        // log(1 + 2e⁻³⁰): formed as a difference of numbers near 30, no digit of it would be left.
        double loss = SoftmaxRows.CrossEntropy([30, 0, 0], [0], new float[3]);
        Assert.InRange(loss, 0, 1e-12);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_bad_logit_makes_the_loss_NaN(float bad)
    {
        foreach (int place in (int[])[0, 9, 19])
        {
            float[] logits = TestData.Uniform(20, seed: 1);
            logits[place] = bad;
            Assert.Equal(double.NaN, SoftmaxRows.CrossEntropy(logits, [3], new float[20]));
        }
    }
}
