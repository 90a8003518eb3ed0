using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Training;

namespace Evenkeel.Cli.Commands;

/// <summary>The options of the optimizer on the command line.</summary>
/// <param name="Method">The value of <c>--optimizer</c>.</param>
/// <param name="LearningRate">The value of <c>--lr</c>; null if it is not given, as all that follow.</param>
/// <param name="Momentum">The value of <c>--momentum</c>.</param>
/// <param name="Nesterov">Whether <c>--nesterov</c> is given.</param>
/// <param name="WeightDecay">The value of <c>--weight-decay</c>.</param>
internal sealed record OptimizerSettings(string Method, double? LearningRate, double? Momentum, bool Nesterov, double? WeightDecay)
{
    /// <summary>The values of <c>--optimizer</c>, the default first.</summary>
    public static readonly string[] Methods = [Sgd, Adam, AdamW, RmsProp];

    private const string Sgd = "sgd", Adam = "adam", AdamW = "adamw", RmsProp = "rmsprop";

    /// <summary>Refuses options that do not apply to this optimizer.</summary>
    /// <exception cref="UsageException">An option does not apply.</exception>
    public void Check(TrainingDefaults defaults)
    {
        if (Method is Adam or AdamW && Momentum is not (null or 0))
        {
            throw new UsageException($"--momentum applies to --optimizer sgd and rmsprop, not to {Method}.");
        }

        if (Nesterov && Method != Sgd)
        {
            throw new UsageException($"--nesterov applies to --optimizer sgd, not to {Method}.");
        }

        if (Nesterov && (Momentum ?? defaults.Momentum) == 0)
        {
            throw new UsageException("--nesterov needs a --momentum above 0.");
        }
    }

    /// <summary>Creates the optimizer for a network.</summary>
    public Optimizer Create(Layer network, TrainingDefaults defaults)
    {
        double adaptiveRate = LearningRate ?? TrainingDefaults.AdaptiveLearningRate;
        return Method switch
        {
            Adam => new Adam(adaptiveRate, weightDecay: WeightDecay ?? 0),
            AdamW => new AdamW(adaptiveRate, weightDecay: WeightDecay ?? TrainingDefaults.AdamWWeightDecay)
            {
                Groups = [ParameterGroup.WithoutWeightDecay(network)],
            },
            RmsProp => new RmsProp(adaptiveRate, momentum: Momentum ?? 0, weightDecay: WeightDecay ?? 0),
            _ => new Sgd(
                LearningRate ?? defaults.LearningRate,
                Momentum ?? defaults.Momentum,
                WeightDecay ?? defaults.WeightDecay,
                Nesterov),
        };
    }
}
