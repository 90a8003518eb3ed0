using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Training;

public class OptimizerTests
{
    private static readonly int[] Lengths = [.. Shapes.AroundVectors, 40_001];

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 0.01, false)]
    [InlineData(0.9, 0, false)]
    [InlineData(0.9, 0.01, false)]
    [InlineData(0.5, 0.01, true)]
    public void Gradient_descent_agrees_with_the_reference_at_every_length(double momentum, double decay, bool nesterov) =>
        AssertAgrees(
            () => new Sgd(0.1, momentum, decay, nesterov),
            (w, gradients) => OptimizerReference.Sgd(w, gradients, 0.1, momentum, decay, nesterov));

    [Theory]
    [InlineData(0.9, 0.999, 1e-8, 0)]
    [InlineData(0.5, 0.9, 0.1, 0.01)]
    [InlineData(0, 0, 1e-3, 0)]
    public void Adam_agrees_with_the_reference_at_every_length(double beta1, double beta2, double epsilon, double decay) =>
        AssertAgrees(
            () => new Adam(0.01, beta1, beta2, epsilon, decay),
            (w, gradients) => OptimizerReference.Adam(w, gradients, 0.01, beta1, beta2, epsilon, decay));

    [Theory]
    [InlineData(0.9, 0.999, 1e-8, 0.01)]
    [InlineData(0.5, 0.9, 0.1, 0.5)]
    public void AdamW_agrees_with_the_reference_at_every_length(double beta1, double beta2, double epsilon, double decay) =>
        AssertAgrees(
            () => new AdamW(0.01, beta1, beta2, epsilon, decay),
            (w, gradients) => OptimizerReference.Adam(w, gradients, 0.01, beta1, beta2, epsilon, decay, decouples: true));

    [Theory]
    [InlineData(0.99, 1e-3, 0, 0, false)]
    [InlineData(0.9, 1e-2, 0.9, 0.01, false)]
    [InlineData(0.5, 0.1, 0, 0, true)]
    [InlineData(0.9, 0.1, 0.5, 0.01, true)]
    public void RmsProp_agrees_with_the_reference_at_every_length(
        double alpha, double epsilon, double momentum, double decay, bool centered) => AssertAgrees(
            () => new RmsProp(0.01, alpha, epsilon, momentum, decay, centered),
            (w, gradients) => OptimizerReference.RmsProp(w, gradients, 0.01, alpha, epsilon, momentum, decay, centered));

    [Fact]
    public void A_group_has_its_own_learning_rate_and_weight_decay()
    {
        Parameter own = Ones(), other = Ones();
        var optimizer = new Sgd(0.5, weightDecay: 1) { Groups = [new ParameterGroup([own]) { LearningRateFactor = 0.5, WeightDecay = 0 }] };
        optimizer.Step([own, other]);
        Assert.Equal((0.75f, 0f), (own.Value[0], other.Value[0]));

        AssertRefused<ArgumentException>(
            () => new Sgd(0.1) { Groups = [new ParameterGroup([own]), new ParameterGroup([other, own])] }, "value", "in two groups");
        AssertRefused<ArgumentNullException>(() => new Sgd(0.1) { Groups = null! }, "value");
        AssertRefused<ArgumentNullException>(() => new ParameterGroup([null!]), "parameters");
        AssertRefused<ArgumentOutOfRangeException>(() => new ParameterGroup([]) { WeightDecay = -1 }, "value");
        AssertRefused<ArgumentOutOfRangeException>(() => new ParameterGroup([]) { LearningRateFactor = double.NaN }, "value");

        static Parameter Ones()
        {
            var parameter = new Parameter("weight", 1);
            parameter.Value.Fill(1);
            parameter.Gradient.Fill(1);
            return parameter;
        }
    }

    [Fact]
    public void Normalizations_and_biases_go_without_weight_decay()
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            new Conv2d(3, 4, 3, random),
            new BatchNorm(4),
            new Residual(new Sequential(new Conv2d(4, 4, 1, random, new Conv2dOptions { Bias = false }), new GroupNorm(2, 4))),
            new Flatten(),
            new Linear(16, 2, random));
        ParameterGroup group = ParameterGroup.WithoutWeightDecay(network);
        Assert.Equal(0, group.WeightDecay);
        Assert.Equal(
            ["0.bias", "1.weight", "1.bias", "2.body.1.weight", "2.body.1.bias", "4.bias"],
            network.NamedParameters().Where(named => group.Parameters.Contains(named.Parameter)).Select(named => named.Path));
        Assert.Equal(6, group.Parameters.Count);
    }

    [Fact]
    public void Parameters_that_are_not_trainable_stay_and_the_others_move_as_they_would()
    {
        foreach (Func<Optimizer> make in (Func<Optimizer>[])[() => new Sgd(0.1, 0.9, 0.01), () => new Sgd(0.1), () => new Adam(0.1)])
        {
            Optimizer optimizer = make(), other = make();
            Parameter moved = Filled(1), kept = Filled(2), expected = Filled(1);
            Assert.True(kept.IsTrainable);
            kept.IsTrainable = false;
            for (int step = 0; step < 3; step++)
            {
                optimizer.Step([kept, moved]);
                other.Step([expected]);
            }

            Assert.All(kept.Value, value => Assert.Equal(0.5f, value));
            Assert.Equal(expected.Value, moved.Value);
            kept.IsTrainable = true;
            optimizer.Step([kept]);
            Assert.All(kept.Value, value => Assert.NotEqual(0.5f, value));
        }

        static Parameter Filled(float gradient)
        {
            var parameter = new Parameter("weight", 3);
            parameter.Value.Fill(0.5f);
            parameter.Gradient.Fill(gradient);
            return parameter;
        }
    }

    [Fact]
    public void What_an_optimizer_remembers_belongs_to_the_parameter()
    {
        foreach (Func<Optimizer> make in (Func<Optimizer>[])[() => new Sgd(0.1, 0.9), () => new Adam(0.1)])
        {
            Optimizer together = make(), apart = make();
            Parameter early = Make(1), late = Make(-3), earlyAlone = Make(1), lateAlone = Make(-3);
            together.Step([early]);
            together.Step([late, early]);
            together.Step([early, late]);

            for (int step = 0; step < 3; step++)
            {
                apart.Step([earlyAlone]);
            }

            apart.Step([lateAlone]);
            apart.Step([lateAlone]);
            Assert.Equal(earlyAlone.Value, early.Value);
            Assert.Equal(lateAlone.Value, late.Value);
        }

        static Parameter Make(float gradient)
        {
            var parameter = new Parameter("weight", 3);
            parameter.Gradient.Fill(gradient);
            return parameter;
        }
    }

    [Fact]
    public void A_step_leaves_gradients_as_they_are_and_the_learning_rate_may_change()
    {
        var parameter = new Parameter("weight", 1);
        parameter.Gradient.Fill(2);
        var optimizer = new Sgd(0.5);
        optimizer.Step([parameter]);
        optimizer.LearningRate = 0.25;
        optimizer.Step([parameter]);
        Assert.Equal((-1.5f, 2f), (parameter.Value[0], parameter.Gradient[0]));
    }

    [Theory]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e39)]
    public void Refuse_a_learning_rate_or_a_decay_that_is_negative_or_not_finite(double bad)
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new Sgd(bad), "learningRate", "finite and not negative");
        AssertRefused<ArgumentOutOfRangeException>(() => new Sgd(0.1, weightDecay: bad), "weightDecay", "finite and not negative");
        AssertRefused<ArgumentOutOfRangeException>(() => new Adam(bad), "learningRate", "finite and not negative");
        AssertRefused<ArgumentOutOfRangeException>(() => new Adam(weightDecay: bad), "weightDecay", "finite and not negative");
        AssertRefused<ArgumentOutOfRangeException>(() => new AdamW(weightDecay: bad), "weightDecay", "finite and not negative");
        AssertRefused<ArgumentOutOfRangeException>(() => new RmsProp(epsilon: bad), "epsilon", "finite and not negative");
        AssertRefused<ArgumentOutOfRangeException>(() => new Adam(epsilon: bad), "epsilon", "finite and not negative");
        var optimizer = new Sgd(0.1);
        AssertRefused<ArgumentOutOfRangeException>(() => optimizer.LearningRate = bad, "value", "finite and not negative");
        Assert.Equal(0.1, optimizer.LearningRate);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Refuse_a_fraction_outside_zero_to_one(double bad)
    {
        AssertRefused<ArgumentOutOfRangeException>(() => new Sgd(0.1, momentum: bad), "momentum", "at least 0 and below 1");
        AssertRefused<ArgumentOutOfRangeException>(() => new Adam(beta1: bad), "beta1", "at least 0 and below 1");
        AssertRefused<ArgumentOutOfRangeException>(() => new Adam(beta2: bad), "beta2", "at least 0 and below 1");
        AssertRefused<ArgumentOutOfRangeException>(() => new RmsProp(alpha: bad), "alpha", "at least 0 and below 1");
        AssertRefused<ArgumentOutOfRangeException>(() => new RmsProp(momentum: bad), "momentum", "at least 0 and below 1");
    }

    [Fact]
    public void Refuse_what_makes_no_sense()
    {
        AssertRefused<ArgumentException>(() => new Sgd(0.1, nesterov: true), "nesterov", "needs a momentum above 0");
        AssertRefused<ArgumentNullException>(() => new Sgd(0.1).Step(null!), "parameters");
        AssertRefused<ArgumentNullException>(() => new Adam().Step(null!), "parameters");
    }

    private static void AssertAgrees(Func<Optimizer> make, Func<double[], double[][], double[]> reference)
    {
        foreach (int length in Lengths)
        {
            Optimizer optimizer = make();
            var parameter = new Parameter("weight", length);
            TestData.Uniform(length, seed: 1).CopyTo(parameter.Values);
            double[] start = TestData.Widen(parameter.Values);
            float[][] gradients = [.. Enumerable.Range(2, 5).Select(seed => TestData.Uniform(length, seed))];
            foreach (float[] gradient in gradients)
            {
                gradient.CopyTo(parameter.Gradients);
                optimizer.Step([parameter]);
            }

            double[] expected = reference(start, Array.ConvertAll(gradients, gradient => TestData.Widen(gradient)));
            AssertClose(expected, parameter.Values, Tolerances.Optimizer, scale: 1, $"{length} weights");
        }
    }

    [Fact]
    public void An_own_optimizer_keeps_a_state_for_each_parameter()
    {
        var optimizer = new StepCounter();
        var (first, second) = (new Parameter("weight", 1), new Parameter("weight", 1));
        optimizer.Step([first, second]);
        optimizer.Step([second]);
        Assert.Equal((1, 2), (optimizer.Steps[first][0], optimizer.Steps[second][0]));
    }

    [Fact]
    public void Refuses_null_for_a_parameter_and_for_the_creation_of_states()
    {
        AssertRefused<ArgumentNullException>(() => new StepCounter().Step([null!]), "parameters");
        AssertRefused<ArgumentNullException>(() => new ParameterStates<int[]>(null!), "create");
    }

    private sealed class StepCounter() : Optimizer(0.1)
    {
        public ParameterStates<int[]> Steps { get; } = new(static _ => new int[1]);

        protected override void Update(Parameter parameter, double learningRate, double weightDecay) => Steps[parameter][0]++;
    }
}
