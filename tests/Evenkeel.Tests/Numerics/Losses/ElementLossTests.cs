using Evenkeel.Numerics.Losses;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Numerics.Losses;

public class ElementLossTests
{
    [Fact]
    public void Agrees_with_the_reference_at_every_length()
    {
        foreach (int length in (int[])[.. Shapes.AroundVectors, 4095, 4096, 4097, 100_013])
        {
            Agrees(default(SquaredError), length, LossReference.SquaredError);
            Agrees(default(AbsoluteError), length, LossReference.AbsoluteError);
            Agrees(new HuberError(0.75f), length, LossReference.Huber(0.75));
            Agrees(new LogisticError(1), length, LossReference.Logistic(1), targets: 0.5f);
            Agrees(new LogisticError(2.5f), length, LossReference.Logistic(2.5), targets: 0.5f);
        }
    }

    [Fact]
    public void Differences_beyond_single_precision_still_have_a_loss() =>
        Assert.Equal(4e76, Mean(default(SquaredError), [1e38f], [-1e38f]).Loss, 1e70);

    [Theory]
    [InlineData(200f, 1f, 0, 0)]
    [InlineData(-200f, 0f, 0, 0)]
    [InlineData(200f, 0f, 200, 1)]
    [InlineData(-200f, 1f, 200, -1)]
    [InlineData(3e38f, 0f, 3e38f, 1)]
    [InlineData(0f, 1f, 0.69314718055994531, -0.5)]
    public void Large_logits_do_not_overflow(float logit, float target, double loss, double gradient)
    {
        (double actual, float[] actualGradient) = Mean(new LogisticError(1), [logit], [target]);

        Assert.Equal(loss, actual, 1e-15 * Math.Max(1, loss));
        Assert.Equal(gradient, actualGradient[0], 1e-7);
    }

    [Fact]
    public void A_small_logistic_gradient_keeps_its_digits()
    {
        (double loss, float[] gradient) = Mean(new LogisticError(1), [30], [1]);

        Assert.Equal(9.3576229688397368e-14, loss, 1e-27);
        Assert.Equal(-9.357622968839299e-14, gradient[0], 1e-20);
    }

    [Fact]
    public void What_is_not_a_number_reaches_loss_and_gradient()
    {
        Reaches(default(SquaredError));
        Reaches(default(AbsoluteError));
        Reaches(new HuberError(1));
        Reaches(new LogisticError(1));

        static void Reaches<TLoss>(TLoss loss)
            where TLoss : struct, IElementLoss
        {
            (double value, float[] gradient) = Mean(loss, [0.5f, float.NaN, 2], [0, 1, 1]);
            Assert.Equal(double.NaN, value);
            Assert.Equal([false, true, false], gradient.Select(float.IsNaN));
        }
    }

    [Fact]
    public void Equal_values_have_no_gradient_of_the_absolute_error() =>
        Assert.Equal([0, 0.25f, -0.25f, 0], Mean(default(AbsoluteError), [1, 2, 3, -4], [1, 1, 4, -4]).Gradient);

    private static (double Loss, float[] Gradient) Mean<TLoss>(TLoss loss, float[] y, float[] t)
        where TLoss : struct, IElementLoss
    {
        var gradient = new float[y.Length];
        return (ElementLoss.Mean(loss, y, t, gradient), gradient);
    }

    private static void Agrees<TLoss>(
        TLoss loss, int length, Func<double, double, (double Loss, double Gradient)> reference, float targets = 1)
        where TLoss : struct, IElementLoss
    {
        float[] y = Array.ConvertAll(TestData.Uniform(length, seed: 1), value => 3 * value);
        float[] t = Array.ConvertAll(TestData.Uniform(length, seed: 2), value => targets == 1 ? value : targets * (1 + value));
        (double value, float[] gradient) = Mean(loss, y, t);
        (double expected, double[] expectedGradient) = LossReference.Mean(reference, TestData.Widen(y), TestData.Widen(t));

        AssertClose([expected], [value], Tolerances.Loss, what: $"{typeof(TLoss).Name} over {length}");
        AssertClose(expectedGradient, gradient, 2 * Tolerances.LossGradient, what: $"gradient of {typeof(TLoss).Name} over {length}");
    }
}
