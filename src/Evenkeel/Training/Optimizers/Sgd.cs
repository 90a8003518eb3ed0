using Evenkeel.Layers;
using Evenkeel.Numerics.Optimizers;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>Stochastic gradient descent, with momentum and weight decay.</summary>
/// <remarks>
/// <para>
/// g = gradient + weightDecay·w; without momentum w ← w − learningRate·g. With it v ← momentum·v + g (v starts at 0) and
/// w ← w − learningRate·v, or, in Nesterov's form, w ← w − learningRate·(g + momentum·v).
/// </para>
/// <para>Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, in PyTorch's form.</para>
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly ParameterStates<float[]> _velocities = new(static parameter => new float[parameter.Length]);

    /// <summary>Creates an optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="momentum">The factor by which the velocity decays at each step, at least 0 and below 1.</param>
    /// <param name="weightDecay">
    /// The weight of ½‖w‖² in the loss, finite and not negative; <see cref="Optimizer.Groups"/> can leave parameters out.
    /// </param>
    /// <param name="nesterov">Whether to use Nesterov's form.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException"><paramref name="nesterov"/> is true without momentum.</exception>
    public Sgd(double learningRate, double momentum = 0, double weightDecay = 0, bool nesterov = false)
        : base(learningRate, weightDecay)
    {
        Momentum = CheckFraction(momentum, nameof(momentum));
        Nesterov = nesterov;
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's form needs a momentum above 0.", nameof(nesterov));
        }
    }

    /// <summary>The factor by which the velocity decays at each step.</summary>
    public double Momentum { get; }

    /// <summary>Whether to use Nesterov's form.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    protected internal override string Settings => Invariant($"Sgd, momentum {Momentum}, nesterov {Nesterov}");

    /// <inheritdoc/>
    protected internal override IReadOnlyList<StateTensor> StateOf(Parameter parameter, bool create)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Momentum > 0 && (create || _velocities.Contains(parameter))
            ? [StateTensor.OfTraining("momentum_buffer", parameter.Value.Lengths.ToArray(), () => _velocities[parameter])]
            : [];
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (Momentum == 0)
        {
            SgdStep.Step(parameter.Values, parameter.Gradients, (float)learningRate, (float)weightDecay);
        }
        else
        {
            SgdStep.StepWithMomentum(
                parameter.Values,
                parameter.Gradients,
                _velocities[parameter],
                (float)learningRate,
                (float)weightDecay,
                (float)Momentum,
                Nesterov);
        }
    }
}
