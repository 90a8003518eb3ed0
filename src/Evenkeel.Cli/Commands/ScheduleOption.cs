using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Training;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--schedule</c> and <c>--warmup</c>: what becomes of the learning rate over the steps of training.</summary>
internal static class ScheduleOption
{
    /// <summary>The words of <c>--schedule</c>.</summary>
    public const string Constant = "constant", Linear = "linear", Cosine = "cosine";

    /// <summary><c>--schedule</c>.</summary>
    public static Option<string?> Create() => SharedOptions.OptionalChoice(
        "--schedule",
        "What becomes of the learning rate from the first step to the last: nothing, or down to 0 (default constant; for cnn and resnet20 linear).",
        Constant, Linear, Cosine);

    /// <summary><c>--warmup</c>.</summary>
    public static Option<int?> CreateWarmUp() => SharedOptions.OptionalNumber<int>(
        "--warmup", "N", "How many steps the learning rate first grows for (default 0; for cnn a tenth of all).",
        "a whole number of at least 0", value => value >= 0);

    /// <summary>Makes the schedule.</summary>
    /// <param name="name">What <c>--schedule</c> says; null for the default.</param>
    /// <param name="warmUp">What <c>--warmup</c> says; null for the default.</param>
    /// <param name="defaults">The defaults.</param>
    /// <param name="steps">How many steps there are in all.</param>
    /// <exception cref="UsageException">The warm-up is not over before the last step.</exception>
    public static LearningRateSchedule Schedule(string? name, int? warmUp, TrainingDefaults defaults, long steps)
    {
        int growing = warmUp ?? (int)Math.Min(defaults.WarmUp * steps, int.MaxValue);
        if (growing >= steps)
        {
            throw new UsageException(FormattableString.Invariant(
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
