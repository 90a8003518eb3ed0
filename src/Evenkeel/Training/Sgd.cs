using Evenkeel.Layers;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Training;

/// <summary>Stochastic gradient descent, with momentum and weight decay.</summary>
/// <remarks>
/// <para>
/// g = gradient + weightDecay·w; without momentum w ← w − learningRate·g. With it v ← momentum·v + g (v starts at 0) and
/// w ← w − learningRate·v, or, after Nesterov, w ← w − learningRate·(g + momentum·v).
/// </para>
/// <para>Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, in PyTorch's form.</para>
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly ParameterStates<float[]> _velocities = new(static parameter => new float[parameter.Length]);

    /// <summary>Makes the optimizer.</summary>
    /// <param name="learningRate">The learning rate, finite and not negative.</param>
    /// <param name="momentum">What stays of the velocity at each step, at least 0 and below 1.</param>
    /// <param name="weightDecay">The weight of ½‖w‖² in the loss, finite and not negative. It applies to all parameters, biases too.</param>
    /// <param name="nesterov">Whether to look ahead along the velocity.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's form is asked for without momentum.</exception>
    public Sgd(double learningRate, double momentum = 0, double weightDecay = 0, bool nesterov = false)
        : base(learningRate)
    {
        Momentum = CheckFraction(momentum, nameof(momentum));
        WeightDecay = CheckNotNegative(weightDecay, nameof(weightDecay));
        Nesterov = nesterov;
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's form needs a momentum above 0.", nameof(nesterov));
        }
    }

    /// <summary>What stays of the velocity at each step.</summary>
    public double Momentum { get; }

    /// <summary>The weight of ½‖w‖² in the loss.</summary>
    public double WeightDecay { get; }

    /// <summary>Whether to look ahead along the velocity.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    protected override void Move(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (Momentum == 0)
        {
            SgdStep.Step(parameter.Values, parameter.Gradients, (float)LearningRate, (float)WeightDecay);
        }
        else
        {
            SgdStep.StepWithMomentum(
                parameter.Values,
                parameter.Gradients,
                _velocities.Of(parameter),
                (float)LearningRate,
                (float)WeightDecay,
                (float)Momentum,
                Nesterov);
        }
    }
}
