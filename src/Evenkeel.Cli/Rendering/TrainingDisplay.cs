using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Data;
using Evenkeel.Training;
using Spectre.Console;

namespace Evenkeel.Cli.Rendering;

/// <summary>Trains, and tells of each epoch: a line for people, or a line of JSON for programs.</summary>
internal sealed class TrainingDisplay(Terminal terminal, bool asJson)
{
    /// <summary>Trains to the end, or until cancelled; tells whether it came to the end.</summary>
    public bool Run(Trainer<int> trainer, ImageClassificationData data, FitOptions options, CancellationToken cancellationToken)
    {
        if (asJson || !terminal.IsLive)
        {
            return Run(trainer, data, options, progress: null, cancellationToken);
        }

        return ProgressBar.Show(
            terminal.Console, move => Run(trainer, data, options, new Bar(move, options.Epochs), cancellationToken));
    }

    private bool Run(
        Trainer<int> trainer,
        ImageClassificationData data,
        FitOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        EpochResult? last = null;
        bool measured = false;
        foreach (EpochResult epoch in trainer.Fit(data.Train, options, progress, cancellationToken))
        {
            last = epoch;
            if (epoch.Updates > 0)
            {
                // What was learned so far is measured and told, even where training was cancelled on the way.
                measured = true;
                Write(epoch, trainer.Evaluate(data.Test, CancellationToken.None));
            }
        }

        bool completed = last is { Completed: true } && last.Number == options.Epochs;
        if (!completed)
        {
            terminal.Error.WriteLine(measured
                ? "evenkeel: interrupted; what was learned so far is above."
                : "evenkeel: interrupted before the first step.");
        }

        return completed;
    }

    private void Write(EpochResult epoch, Evaluation test)
    {
        if (asJson)
        {
            var line = new JsonObject
            {
                ["epoch"] = epoch.Number,
                ["loss"] = Finite(epoch.Loss),
                ["test_accuracy"] = test.Accuracy,
                ["seconds"] = Math.Round(epoch.Elapsed.TotalSeconds, 3),
                ["test_loss"] = Finite(test.Loss),
                ["completed"] = epoch.Completed,
            };
            terminal.Output.WriteLine(line.ToJsonString());
            terminal.Output.Flush();
            return;
        }

        string remark = double.IsFinite(epoch.Loss) ? "" : " (diverged)";
        if (!epoch.Completed)
        {
            remark += FormattableString.Invariant($" (interrupted after {epoch.Updates} steps)");
        }

        terminal.Console.WriteLine(
            FormattableString.Invariant($"epoch {epoch.Number}: loss {epoch.Loss:F4}, test accuracy {test.Accuracy:F4}, ")
            + FormattableString.Invariant($"{epoch.Elapsed.TotalSeconds:F2} s{remark}"));
    }

    // JSON has no word for NaN and infinity; a loss that has diverged is null.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private sealed class Bar(Action<double, double, string> move, int epochs) : IProgress<TrainingProgress>
    {
        // Two billion epochs would not fit into a time span.
        private const double LongestLeft = 1e9;

        private readonly long _start = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            double total = (double)value.UpdatesPerEpoch * epochs;
            double done = (value.Epoch - 1) * (double)value.UpdatesPerEpoch + value.Update;
            double left = Stopwatch.GetElapsedTime(_start).TotalSeconds * (total / done - 1);
            move(done, total, string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {value.Epoch} of {epochs}, loss {value.Loss:F3}, {Duration.Describe(TimeSpan.FromSeconds(Math.Min(left, LongestLeft)))} left"));
        }
    }
}
