using System.Diagnostics;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Training;

namespace Evenkeel.Cli.Rendering;

/// <summary>Trains, and tells of each epoch: a line for people, or a line of JSON for programs.</summary>
internal sealed class TrainingDisplay(Terminal terminal, bool asJson)
{
    /// <summary>Trains to the end, or until cancelled; tells whether it came to the end.</summary>
    public bool Run(Trainer<int> trainer, ImageClassificationData data, FitOptions options, CancellationToken cancellationToken)
    {
        using var line = new LiveLine(terminal, isLive: !asJson);
        line.Show(0, "starting");
        EpochResult? last = null;
        bool measured = false;
        Bar? progress = line.IsShown ? new Bar(line, options.Epochs) : null;
        foreach (EpochResult epoch in trainer.Fit(data.Train, options, progress, cancellationToken))
        {
            last = epoch;
            if (epoch.Updates > 0)
            {
                // What was learned so far is measured and told, even where training was cancelled on the way.
                measured = true;
                Evaluation test = trainer.Evaluate(data.Test, CancellationToken.None);
                line.Clear();
                Write(epoch, test);
            }
        }

        bool completed = last is { Completed: true } && last.Number == options.Epochs;
        if (!completed)
        {
            line.Clear();
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
            remark += FormattableString.Invariant($" (after {epoch.Updates} steps)");
        }

        terminal.Output.WriteLine(
            FormattableString.Invariant($"epoch {epoch.Number}: loss {epoch.Loss:F4}, test accuracy {test.Accuracy:F4}, ")
            + FormattableString.Invariant($"{epoch.Elapsed.TotalSeconds:F2} s{remark}"));
    }

    // JSON has no word for NaN and infinity; a loss that has diverged is null.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private sealed class Bar(LiveLine line, int epochs) : IProgress<TrainingProgress>
    {
        // Two billion epochs would not fit into a time span.
        private const double LongestLeft = 1e9;

        private readonly long _start = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            double done = (value.Epoch - 1 + (double)value.Update / value.UpdatesPerEpoch) / epochs;
            double left = Stopwatch.GetElapsedTime(_start).TotalSeconds * (1 / done - 1);
            line.Show(done, FormattableString.Invariant(
                $"epoch {value.Epoch} of {epochs}, loss {value.Loss:F3}, {Duration.Describe(TimeSpan.FromSeconds(Math.Min(left, LongestLeft)))} left"));
        }
    }
}
