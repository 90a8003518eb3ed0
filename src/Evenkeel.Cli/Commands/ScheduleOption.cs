using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--schedule</c> and <c>--warmup</c>: the learning rate over the steps of training.</summary>
internal static class ScheduleOption
{
    /// <summary>The values of <c>--schedule</c>.</summary>
    public const string Constant = "constant", Linear = "linear", Cosine = "cosine";

    /// <summary><c>--schedule</c>.</summary>
    public static Option<string?> Create() => SharedOptions.OptionalChoice(
        "--schedule",
        "Learning rate over the steps: constant, or down to 0 along a line or cosine (default constant; for cnn and resnet20 linear).",
        Constant, Linear, Cosine);

    /// <summary><c>--warmup</c>.</summary>
    public static Option<int?> CreateWarmUp() => SharedOptions.OptionalNumber<int>(
        "--warmup", "N", "Number of steps over which the learning rate first grows (default 0; for cnn a tenth of all).",
        "a whole number of at least 0", value => value >= 0);

    /// <summary>Creates the schedule.</summary>
    /// <param name="name">The value of <c>--schedule</c>; null for the default.</param>
    /// <param name="warmUp">The value of <c>--warmup</c>; null for the default.</param>
    /// <param name="defaults">The defaults of the network.</param>
    /// <param name="steps">The total number of steps.</param>
    /// <exception cref="UsageException">The warm-up does not end before the last step.</exception>
    public static LearningRateSchedule Schedule(string? name, int? warmUp, TrainingDefaults defaults, long steps)
    {
        int growing = warmUp ?? (int)Math.Min(defaults.WarmUp * steps, int.MaxValue);
        if (growing >= steps)
        {
            throw new UsageException(Invariant(
                $"--warmup {growing} must be less than the {steps} steps of training."));
        }

        LearningRateSchedule schedule = (name ?? defaults.Schedule) switch
        {
            Linear => LearningRateSchedule.Linear,
            Cosine => LearningRateSchedule.Cosine,
            _ => LearningRateSchedule.Constant,
        };
        return schedule with { WarmUp = growing };
    }
}
