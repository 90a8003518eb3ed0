using Evenkeel.Layers;
using Evenkeel.Numerics.Optimizers;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>Adam: each parameter's step is scaled by running averages of its gradient and of its square.</summary>
/// <remarks>
/// <para>
/// At step t, with g = gradient + weightDecay·w: m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// w ← w − learningRate·m̂/(√v̂ + ε), where m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ).
/// </para>
/// <para>Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, arXiv 1412.6980.</para>
/// </remarks>
public class Adam : Optimizer
{
    private readonly ParameterStates<State> _states = new(static parameter => new State(parameter.Length));
    private readonly bool _decouples;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="beta1">β₁, the factor by which the average gradient decays at each step, at least 0 and below 1.</param>
    /// <param name="beta2">β₂, the factor by which the average squared gradient decays at each step, at least 0 and below 1.</param>
    /// <param name="epsilon">ε, which keeps the divisor above 0, finite and not negative.</param>
    /// <param name="weightDecay">The weight of ½‖w‖² in the loss, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(
        double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : this(learningRate, beta1, beta2, epsilon, weightDecay, decouples: false)
    {
    }

    /// <summary>Creates the optimizer or, with decoupled weight decay, AdamW.</summary>
    private protected Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decouples)
        : base(learningRate, weightDecay)
    {
        Beta1 = CheckFraction(beta1, nameof(beta1));
        Beta2 = CheckFraction(beta2, nameof(beta2));
        Epsilon = CheckNotNegative(epsilon, nameof(epsilon));
        _decouples = decouples;
    }

    /// <summary>β₁, the factor by which the average gradient decays at each step.</summary>
    public double Beta1 { get; }

    /// <summary>β₂, the factor by which the average squared gradient decays at each step.</summary>
    public double Beta2 { get; }

    /// <summary>ε, which keeps the divisor above 0.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected internal override string Settings =>
        Invariant($"{(_decouples ? "AdamW" : "Adam")}, beta1 {Beta1}, beta2 {Beta2}, epsilon {Epsilon}");

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<StateTensor> StateOf(Parameter parameter, bool create)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!create && !_states.Contains(parameter))
        {
            return [];
        }

        State state = _states[parameter];
        nint[] lengths = parameter.Value.Lengths.ToArray();
        return
        [
            StateTensor.OfTraining("exp_avg", lengths, () => state.First),
            StateTensor.OfTraining("exp_avg_sq", lengths, () => state.Second),
            StateTensor.OfTraining("beta1_power", () => state.Beta1Power, value => state.Beta1Power = value),
            StateTensor.OfTraining("beta2_power", () => state.Beta2Power, value => state.Beta2Power = value),
        ];
    }

    /// <inheritdoc/>
    protected sealed override void Update(Parameter parameter, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        State state = _states[parameter];
        state.Beta1Power *= Beta1;
        state.Beta2Power *= Beta2;
        var settings = new AdamStep.Settings(
            Rate: (float)(learningRate / (1 - state.Beta1Power)),
            RootScale: (float)(1 / Math.Sqrt(1 - state.Beta2Power)),
            Beta1: (float)Beta1,
            FirstWeight: (float)(1 - Beta1),
            Beta2: (float)Beta2,
            SecondWeight: (float)(1 - Beta2),
            Epsilon: (float)Epsilon,
            Decay: _decouples ? 0 : (float)weightDecay,
            Kept: _decouples ? (float)(1 - learningRate * weightDecay) : 1);
        AdamStep.Step(parameter.Values, parameter.Gradients, state.First, state.Second, settings);
    }

    private sealed class State(int length)
    {
        public float[] First { get; } = new float[length];

        public float[] Second { get; } = new float[length];

        // Products in place of Math.Pow, whose bits differ from machine to machine.
        public double Beta1Power { get; set; } = 1;

        public double Beta2Power { get; set; } = 1;
    }
}
