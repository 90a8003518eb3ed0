using System.Globalization;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Training;

/// <summary>A factor of the optimizer's learning rate for each step of training.</summary>
/// <remarks>
/// <para>
/// The first W of T steps are the warm-up. Step t, counted from 0, has the factor (t + 1)/W if t is below W, and f(p) otherwise, with
/// p = (t − W)/(T − W): f(0) = 1 at the first step after the warm-up, and f(1) would follow the last step.
/// </para>
/// <para>
/// Sources: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, arXiv 1608.03983, for the
/// cosine, here without restarts; Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, arXiv
/// 1706.02677, section 2.2, for the warm-up.
/// </para>
/// </remarks>
public sealed record LearningRateSchedule
{
    private readonly string _name;
    private readonly Func<double, double> _decay;
    private readonly int _warmUp;
    private readonly int? _epochs;

    private LearningRateSchedule(string name, Func<double, double> decay) => (_name, _decay) = (name, decay);

    /// <summary>f(p) = 1: a constant rate after the warm-up.</summary>
    public static LearningRateSchedule Constant { get; } = new("constant", static _ => 1);

    /// <summary>f(p) = 1 − p: a linear decay to 0.</summary>
    public static LearningRateSchedule Linear { get; } = new("linear", static progress => 1 - progress);

    /// <summary>f(p) = ½(1 + cos πp): a cosine decay to 0.</summary>
    public static LearningRateSchedule Cosine { get; } = new("cosine", static progress =>
    {
        // ½(1 + cos πp) = sin²(½π(1 − p)), which has no cancellation near p = 1.
        double root = ElementaryFunctions.Sin(Math.PI / 2 * (1 - progress));
        return root * root;
    });

    /// <summary>W, the number of steps in which the rate grows linearly to its full value. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int WarmUp
    {
        get => _warmUp;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _warmUp = value;
        }
    }

    /// <summary>
    /// The number of epochs of the schedule, counted from the trainer's first, so that it can span several calls of <c>Fit</c>; null, the
    /// default, for the epochs of each call.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Epochs
    {
        get => _epochs;
        init
        {
            if (value is int epochs)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1, nameof(value));
            }

            _epochs = value;
        }
    }

    /// <summary>Whether a factor depends on the number of all steps.</summary>
    internal bool DependsOnSteps => _name != Constant._name;

    /// <summary>"linear, warm-up 100", and the epochs if they are set.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{_name}, warm-up {WarmUp}{(Epochs is { } epochs ? $", {epochs} epochs" : "")}");

    /// <summary>Computes the factor of a step.</summary>
    /// <param name="step">t, the number of steps before this one, at least 0 and below <paramref name="steps"/>.</param>
    /// <param name="steps">T, the number of all steps, above <see cref="WarmUp"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps after the warm-up, or the step is out of range.</exception>
    public double Factor(long step, long steps)
    {
        if (steps <= WarmUp)
        {
            throw new ArgumentOutOfRangeException(
                nameof(steps),
                steps,
                string.Create(CultureInfo.InvariantCulture, $"There must be more steps than the {WarmUp} of the warm-up."));
        }

        if (step < 0 || step >= steps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(step),
                step,
                string.Create(CultureInfo.InvariantCulture, $"The schedule is for {steps} steps; expected a step from 0 to {steps - 1}."));
        }

        return step < WarmUp ? (step + 1.0) / WarmUp : _decay((double)(step - WarmUp) / (steps - WarmUp));
    }
}
