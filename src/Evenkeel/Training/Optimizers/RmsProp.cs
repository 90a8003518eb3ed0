using Evenkeel.Layers;
using Evenkeel.Numerics.Optimizers;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>RMSProp: each parameter's step is scaled by a running average of its squared gradient.</summary>
/// <remarks>
/// <para>
/// g = gradient + weightDecay·w; v ← αv + (1 − α)g²; d = g/(√v + ε), or, if it is centered, d = g/(√(v − m²) + ε) where
/// m ← αm + (1 − α)g. Without momentum w ← w − learningRate·d; with it b ← momentum·b + d and w ← w − learningRate·b. The averages
/// start at 0.
/// </para>
/// <para>
/// Source: Tieleman and Hinton, "Lecture 6.5: RMSProp", 2012; centered: Graves, "Generating Sequences With Recurrent Neural Networks",
/// 2013, arXiv 1308.0850; in PyTorch's form.
/// </para>
/// </remarks>
public sealed class RmsProp : Optimizer
{
    private readonly ParameterStates<State> _states;

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="alpha">α, the factor by which the averages decay at each step, at least 0 and below 1.</param>
    /// <param name="epsilon">ε, which keeps the divisor above 0, finite and not negative.</param>
    /// <param name="momentum">The factor by which the velocity decays at each step, at least 0 and below 1.</param>
    /// <param name="weightDecay">
    /// The weight of ½‖w‖² in the loss, finite and not negative; <see cref="Optimizer.Groups"/> can leave parameters out.
    /// </param>
    /// <param name="centered">Whether the gradient's variance takes the place of its mean square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RmsProp(
        double learningRate = 0.01,
        double alpha = 0.99,
        double epsilon = 1e-8,
        double momentum = 0,
        double weightDecay = 0,
        bool centered = false)
        : base(learningRate, weightDecay)
    {
        Alpha = CheckFraction(alpha, nameof(alpha));
        Epsilon = CheckNotNegative(epsilon, nameof(epsilon));
        Momentum = CheckFraction(momentum, nameof(momentum));
        Centered = centered;
        _states = new(parameter => new State(
            new float[parameter.Length], centered ? new float[parameter.Length] : [], momentum > 0 ? new float[parameter.Length] : []));
    }

    /// <summary>α, the factor by which the averages decay at each step.</summary>
    public double Alpha { get; }

    /// <summary>ε, which keeps the divisor above 0.</summary>
    public double Epsilon { get; }

    /// <summary>The factor by which the velocity decays at each step.</summary>
    public double Momentum { get; }

    /// <summary>Whether the gradient's variance takes the place of its mean square.</summary>
    public bool Centered { get; }

    /// <inheritdoc/>
    protected internal override string Settings =>
        Invariant($"RmsProp, alpha {Alpha}, epsilon {Epsilon}, momentum {Momentum}, centered {Centered}");

    /// <inheritdoc/>
    protected internal override IReadOnlyList<StateTensor> StateOf(Parameter parameter, bool create)
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
            StateTensor.OfTraining("square_avg", lengths, () => state.Square),
            .. Centered ? [StateTensor.OfTraining("grad_avg", lengths, () => state.Mean)] : Array.Empty<StateTensor>(),
            .. Momentum > 0 ? [StateTensor.OfTraining("momentum_buffer", lengths, () => state.Velocity)] : Array.Empty<StateTensor>(),
        ];
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        State state = _states[parameter];
        RmsPropStep.Step(
            parameter.Values,
            parameter.Gradients,
            state.Square,
            state.Mean,
            state.Velocity,
            new RmsPropStep.Settings(
                Rate: (float)learningRate,
                Alpha: (float)Alpha,
                NewWeight: (float)(1 - Alpha),
                Epsilon: (float)Epsilon,
                Decay: (float)weightDecay,
                Momentum: (float)Momentum));
    }

    private sealed record State(float[] Square, float[] Mean, float[] Velocity);
}
