using Evenkeel.Layers;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Training;

/// <summary>Adam: each parameter's step is scaled by running averages of its gradient and of its square.</summary>
/// <remarks>
/// <para>
/// At step t, with g = gradient + weightDecay·w: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// w ← w − learningRate·m̂/(√v̂ + ε), where m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ).
/// </para>
/// <para>Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, arXiv 1412.6980.</para>
/// </remarks>
public sealed class Adam : Optimizer
{
    private readonly ParameterStates<State> _states = new(static parameter => new State(parameter.Length));

    /// <summary>Makes the optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="beta1">What stays of the average gradient at each step, at least 0 and below 1.</param>
    /// <param name="beta2">What stays of the average squared gradient at each step, at least 0 and below 1.</param>
    /// <param name="epsilon">What keeps the divisor from 0, finite and not negative.</param>
    /// <param name="weightDecay">The weight of ½‖w‖² in the loss, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(learningRate)
    {
        Beta1 = CheckFraction(beta1, nameof(beta1));
        Beta2 = CheckFraction(beta2, nameof(beta2));
        Epsilon = CheckNotNegative(epsilon, nameof(epsilon));
        WeightDecay = CheckNotNegative(weightDecay, nameof(weightDecay));
    }

    /// <summary>What stays of the average gradient at each step.</summary>
    public double Beta1 { get; }

    /// <summary>What stays of the average squared gradient at each step.</summary>
    public double Beta2 { get; }

    /// <summary>What keeps the divisor from 0.</summary>
    public double Epsilon { get; }

    /// <summary>The weight of ½‖w‖² in the loss.</summary>
    public double WeightDecay { get; }

    /// <inheritdoc/>
    protected override void Move(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        State state = _states.Of(parameter);
        state.Beta1Power *= Beta1;
        state.Beta2Power *= Beta2;
        var settings = new AdamStep.Settings(
            Rate: (float)(LearningRate / (1 - state.Beta1Power)),
            RootScale: (float)(1 / Math.Sqrt(1 - state.Beta2Power)),
            Beta1: (float)Beta1,
            FirstWeight: (float)(1 - Beta1),
            Beta2: (float)Beta2,
            SecondWeight: (float)(1 - Beta2),
            Epsilon: (float)Epsilon,
            Decay: (float)WeightDecay);
        AdamStep.Step(parameter.Values, parameter.Gradients, state.First, state.Second, settings);
    }

    private sealed class State(int length)
    {
        public float[] First { get; } = new float[length];

        public float[] Second { get; } = new float[length];

        // The powers are multiplied up: a library's power function differs from machine to machine.
        public double Beta1Power { get; set; } = 1;

        public double Beta2Power { get; set; } = 1;
    }
}
