using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Reference;

/// <summary>The reference's own gradients, against central differences of its forward pass.</summary>
public class ReferenceGradientTests
{
    private const double Epsilon = 1e-5;

    private static readonly ChannelView View = new(outer: 3, channels: 4, inner: 5);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Batch_normalization(bool useBatch, bool affine)
    {
        double[] x = Doubles(View.Length, 1), dy = Doubles(View.Length, 2), gamma = Doubles(4, 3), beta = Doubles(4, 4);
        BatchNormReference reference = Make();
        reference.Forward(x, View, useBatch, update: false);

        AssertGradient(reference.Backward(dy), x, LossOfPass);
        if (affine)
        {
            AssertGradient(reference.WeightGradient, gamma, LossOfPass);
            AssertGradient(reference.BiasGradient, beta, LossOfPass);
        }

        BatchNormReference Make() =>
            new(4, Epsilon, affine ? gamma : null, affine ? beta : null, newWeight: 0.1, sampleVariance: true);

        double LossOfPass() => Dot(dy, Make().Forward(x, View, useBatch, update: false));
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    public void Normalization_of_sets(bool subtractsMean, bool masked, bool constant)
    {
        // Sets of several sizes across weights of their own; a mask leaves every third element out.
        double[] x = Doubles(30, 1), dy = Doubles(30, 2), gamma = Doubles(6, 3), beta = Doubles(6, 4);
        int[] sets = [.. Enumerable.Range(0, 30).Select(i => masked && i % 3 == 0 ? -1 : i * i / 200)];
        int[] weights = [.. Enumerable.Range(0, 30).Select(i => i % 6)];
        var reference = new SetNormalizationReference(sets, weights, gamma, beta, Epsilon, subtractsMean)
        {
            Constants = constant ? [.. Doubles(5, 5).Select(value => (value, value * value))] : null,
        };
        (double[] dx, double[] weightGradient, double[] biasGradient, _) = reference.Backward(x, dy);

        AssertGradient(dx, x, LossOfPass);
        AssertGradient(weightGradient, gamma, LossOfPass);
        AssertGradient(biasGradient, beta, LossOfPass);

        double LossOfPass() => Dot(dy, reference.Forward(x));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1.5, 0.3)]
    [InlineData(1, 0)]
    public void Batch_renormalization(double rMax, double dMax)
    {
        double[] x = Doubles(View.Length, 1), dy = Doubles(View.Length, 2), gamma = Doubles(4, 3), beta = Doubles(4, 4);
        var reference = new BatchRenormReference(View, gamma, beta, Epsilon);
        reference.Correct(x, Doubles(4, 5), [0.2, 0.5, 0.9, 3], rMax, dMax);
        (double[] dx, double[] weightGradient, double[] biasGradient) = reference.Backward(x, dy);

        AssertGradient(dx, x, LossOfPass);
        AssertGradient(weightGradient, gamma, LossOfPass);
        AssertGradient(biasGradient, beta, LossOfPass);

        double LossOfPass() => Dot(dy, reference.Forward(x));
    }

    [Theory]
    [InlineData(CrossIterationRule.Raise, false)]
    [InlineData(CrossIterationRule.Raise, true)]
    [InlineData(CrossIterationRule.Drop, false)]
    [InlineData(CrossIterationRule.Drop, true)]
    public void Cross_iteration_normalization(CrossIterationRule rule, bool epsilonOutside)
    {
        // Of channel 1, the carried mean square is once below the mean squared.
        double[] x = Doubles(6 * 4, 1), dy = Doubles(6 * 4, 2), gamma = Doubles(4, 3), beta = Doubles(4, 4);
        var reference = new CrossIterationReference(gamma, beta, Epsilon, rule, epsilonOutside)
        {
            Past = [[(0.1, 0.4), (0.5, 0.2), (-0.3, 0.3), (0, 0.5)], [(0.2, 0.3), (0.1, 0.2), (0.3, 0.4), (0.1, 0.1)]],
        };
        (double[] dx, double[] weightGradient, double[] biasGradient) = reference.Backward(x, dy);

        AssertGradient(dx, x, LossOfPass);
        AssertGradient(weightGradient, gamma, LossOfPass);
        AssertGradient(biasGradient, beta, LossOfPass);

        double LossOfPass() => Dot(dy, reference.Forward(x));
    }

    [Fact]
    public void Convolution()
    {
        var shape = new ConvolutionShape(
            2, 4, 6, 2, new ConvolutionAxis(6, 3, 2, 1, 1), new ConvolutionAxis(7, 2, 1, 1, 2), ChannelLast: true);
        double[] x = Doubles(shape.InputLength, 1), dy = Doubles(shape.OutputLength, 2);
        double[] weight = Doubles(shape.WeightLength, 3), bias = Doubles(shape.Outputs, 4);
        var reference = new ConvolutionReference(shape);

        AssertGradient(reference.InputGradient(dy, weight), x, LossOfPass);
        AssertGradient(reference.WeightGradient(x, dy), weight, LossOfPass);
        AssertGradient(reference.BiasGradient(dy), bias, LossOfPass);

        double LossOfPass() => Dot(dy, reference.Forward(x, weight, bias));
    }

    [Fact]
    public void Linear()
    {
        double[] x = Doubles(3 * 5, 1), dy = Doubles(3 * 4, 2), weight = Doubles(4 * 5, 3), bias = Doubles(4, 4);
        var reference = new LinearReference(weight, bias, Inputs: 5, Outputs: 4);
        (double[] dx, double[] weightGradient, double[] biasGradient) = reference.Backward(x, dy);

        AssertGradient(dx, x, LossOfPass);
        AssertGradient(weightGradient, weight, LossOfPass);
        AssertGradient(biasGradient, bias, LossOfPass);

        double LossOfPass() => Dot(dy, reference.Forward(x));
    }

    [Fact]
    public void Activations()
    {
        foreach (ActivationReference activation in
            (ActivationReference[])
            [
                ActivationReference.Relu, ActivationReference.Sigmoid, ActivationReference.Tanh, ActivationReference.Silu,
                ActivationReference.Gelu, ActivationReference.GeluTanh, ActivationReference.HardSwish, ActivationReference.LeakyRelu(0.2),
                ActivationReference.HardSigmoid(0.2, 0.4), ActivationReference.Clamp(-1, 2),
            ])
        {
            double[] x = [-20, -2.9, -0.5, -1e-3, 1e-3, 0.7, 4, 20];
            double[] derivative = Array.ConvertAll(x, v => activation.Derivative(v));
            AssertGradient(derivative, x, () => x.Sum(activation.Value));
        }
    }

    [Fact]
    public void Softmax()
    {
        double[] x = Doubles(2 * 5 * 3, 1), dy = Doubles(2 * 5 * 3, 2);
        AssertGradient(
            SoftmaxReference.Backward(dy, SoftmaxReference.Forward(x, 5, 3), 5, 3),
            x,
            () => Dot(dy, SoftmaxReference.Forward(x, 5, 3)));
    }

    [Fact]
    public void Softmax_cross_entropy()
    {
        double[] logits = Doubles(3 * 5, 1);
        int[] labels = [0, 4, 2];
        AssertGradient(
            LossReference.SoftmaxCrossEntropy(logits, labels).Gradient,
            logits,
            () => LossReference.SoftmaxCrossEntropy(logits, labels).Loss);
    }

    [Fact]
    public void Mean_squared_error()
    {
        double[] output = Doubles(12, 1), target = Doubles(12, 2);
        AssertGradient(
            LossReference.Mean(LossReference.SquaredError, output, target).Gradient,
            output,
            () => LossReference.Mean(LossReference.SquaredError, output, target).Loss);
    }

    private static double[] Doubles(int length, int seed) => TestData.Widen(TestData.Uniform(length, seed));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void AssertGradient(double[] gradient, double[] at, Func<double> function)
    {
        double[] differences = FiniteDifferences.Gradient(at, function);
        for (int i = 0; i < at.Length; i++)
        {
            Assert.Equal(differences[i], gradient[i], Tolerances.FiniteDifferences);
        }
    }
}
