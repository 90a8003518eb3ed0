using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// A linear layer with cross-iteration normalization behind it, its weights moving from step to step, against the reference.
/// </summary>
public class CrossIterationReferenceTests
{
    private const int Batch = 6;
    private const int Inputs = 4;
    private const int Channels = 5;

    [Theory]
    [InlineData(2, CrossIterationRule.Raise, false)]
    [InlineData(2, CrossIterationRule.Drop, true)]
    [InlineData(4, CrossIterationRule.Raise, false)]
    [InlineData(4, CrossIterationRule.Raise, true)]
    [InlineData(4, CrossIterationRule.Drop, false)]
    [InlineData(4, CrossIterationRule.Drop, true)]
    public void Is_what_the_reference_says_where_carried_variances_hold_and_where_they_do_not(
        int window, CrossIterationRule rule, bool epsilonOutside)
    {
        Assert.Equal(0, Below(new Run(window, rule, epsilonOutside), move: 0.03f));
        Assert.InRange(Below(new Run(window, rule, epsilonOutside), move: 1), 1, int.MaxValue);

        static int Below(Run run, float move) => Enumerable.Range(0, 7).Sum(step => run.Step(step, move));
    }

    [Theory]
    [InlineData(1e4f, 0.01f)]
    [InlineData(0, 1e18f)]
    [InlineData(0, 1e30f)]
    [InlineData(0, 1e-40f)]
    [InlineData(-7, 0)]
    [InlineData(1e30f, 0)]
    public void Is_what_the_reference_says_of_hard_inputs(float center, float spread)
    {
        foreach (CrossIterationRule rule in Enum.GetValues<CrossIterationRule>())
        {
            var run = new Run(window: 3, rule, epsilonOutside: false, center, spread);
            for (int step = 0; step < 5; step++)
            {
                run.Step(step, move: 0.03f * spread);
            }
        }
    }

    /// <summary>The layers, and the iterations so far for the reference to carry.</summary>
    private sealed class Run
    {
        private const double Epsilon = 1e-5;

        private readonly int _window;
        private readonly float _center;
        private readonly Linear _linear = new(Inputs, Channels, new RandomSource(seed: 1), bias: true);
        private readonly CrossIterationBatchNorm _norm;
        private readonly CrossIterationReference _reference;
        private readonly List<(double[] X, double[] P, double[] Weight, double[] Bias)> _iterations = [];

        public Run(int window, CrossIterationRule rule, bool epsilonOutside, float center = 0.2f, float spread = 1)
        {
            (_window, _center) = (window, center);
            _norm = new CrossIterationBatchNorm(
                _linear, new() { Window = window, Rule = rule, EpsilonOutside = epsilonOutside, BatchNorm = new() { Epsilon = Epsilon } });
            TestData.Uniform(Channels, seed: 3).CopyTo(_norm.Weight!.Values);
            TestData.Uniform(Channels, seed: 4).CopyTo(_norm.Bias!.Values);
            _linear.Bias!.Value.Fill(center);
            Scale.Apply(TestData.Uniform(Inputs * Channels, seed: 5), spread, _linear.Weight.Values);
            _reference = new CrossIterationReference(
                TestData.Widen(_norm.Weight.Values), TestData.Widen(_norm.Bias.Values), Epsilon, rule, epsilonOutside);
        }

        /// <summary>Takes a step, compares, and moves the weights; returns how many carried mean squares were below.</summary>
        public int Step(int step, float move)
        {
            float[] p = TestData.Uniform(Batch * Inputs, 10 + step), dy = TestData.Uniform(Batch * Channels, 20 + step);
            Tensor<float> input = _linear.Forward(TestData.Tensor(p, Batch, Inputs), Pass.Training);

            // All iterations are shifted alike, which changes nothing and spares the reference large squares.
            double[] x = [.. input.Select(value => (double)value - _center)];
            double[] weight = TestData.Widen(_linear.Weight.Values), bias = TestData.Widen(_linear.Bias!.Values);
            _reference.Past = [.. _iterations.TakeLast(_window - 1).Select(of => CrossIterationReference.Carry(
                of.X, of.P, Difference(weight, of.Weight), Difference(bias, of.Bias)))];
            (double[] dx, double[] dGamma, double[] dBeta) = _reference.Backward(x, TestData.Widen(dy));

            foreach (Parameter parameter in _norm.Parameters)
            {
                parameter.ZeroGradient();
            }

            string what = $"of step {step}";
            AssertClose(_reference.Forward(x), [.. _norm.Forward(input, Pass.Training)], Tolerances.Product, what: "y " + what);
            AssertClose(dx, [.. _norm.Backward(TestData.Tensor(dy, Batch, Channels))], Tolerances.Product, what: "dx " + what);
            AssertClose(dGamma, _norm.Weight!.Gradients, Tolerances.Product, what: "dγ " + what);
            AssertClose(dBeta, _norm.Bias!.Gradients, Tolerances.RoundedOnce, what: "dβ " + what);

            _iterations.Add((x, TestData.Widen(p), weight, bias));
            Move(_linear.Weight.Values, move, seed: 30 + step);
            Move(_linear.Bias.Values, move, seed: 40 + step);
            return _reference.Below;
        }

        private static void Move(Span<float> values, float by, int seed)
        {
            float[] change = TestData.Uniform(values.Length, seed);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += by * change[i];
            }
        }

        private static double[] Difference(double[] now, double[] then) => [.. now.Zip(then, (a, b) => a - b)];
    }
}
