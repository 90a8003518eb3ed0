using System.Diagnostics;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Trains a network and prints a line of text or JSON for each epoch.</summary>
/// <param name="terminal">Receives the progress.</param>
/// <param name="results">Receives the lines of the epochs.</param>
/// <param name="asJson">Whether they are JSON.</param>
/// <param name="isResumed">Whether the trainer has resumed a checkpoint, with which the options may disagree.</param>
internal sealed class TrainingDisplay(Terminal terminal, TextWriter results, bool asJson, bool isResumed)
{
    /// <summary>Trains until the end or until cancelled; returns true if training was completed.</summary>
    public bool Run(
        Trainer<int> trainer, Dataset<int> train, Dataset<int> test, FitOptions options, CancellationToken cancellationToken)
    {
        using var line = new LiveLine(terminal, isLive: !asJson);
        line.Show(0, "starting");
        EpochResult? last = null;
        bool evaluated = false;
        Bar? progress = line.IsShown ? new Bar(line, options.Epochs) : null;
        foreach (EpochResult epoch in Epochs(trainer, train, options, progress, cancellationToken))
        {
            last = epoch;
            if (epoch.Updates > 0)
            {
                // What was learned so far is evaluated and printed, even if training was cancelled within the epoch.
                evaluated = true;
                Evaluation evaluation = trainer.Evaluate(test, CancellationToken.None);
                line.Clear();
                Write(epoch, evaluation);
            }
        }

        bool completed = trainer.History is [.., { Completed: true } final] && final.Number >= options.Epochs;
        if (completed && last is null)
        {
            line.Clear();
            terminal.Error.WriteLine(Invariant($"evenkeel: all {options.Epochs} epochs were done before."));
        }

        if (!completed)
        {
            line.Clear();
            terminal.Error.WriteLine(trainer is { Checkpoints: not null, Steps: > 0 }
                ? Invariant($"evenkeel: interrupted after step {trainer.Steps}; --resume goes on there.")
                : evaluated
                ? "evenkeel: interrupted; the results so far are above."
                : "evenkeel: interrupted before the first step.");
        }

        return completed;
    }

    private IEnumerable<EpochResult> Epochs(
        Trainer<int> trainer,
        Dataset<int> train,
        FitOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            return trainer.Epochs(train, options, validation: null, progress, cancellationToken);
        }
        catch (ArgumentException e) when (isResumed)
        {
            throw new UsageException(e.Message);
        }
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
            results.WriteLine(line.ToJsonString());
            results.Flush();
            return;
        }

        string remark = double.IsFinite(epoch.Loss) ? "" : " (diverged)";
        if (!epoch.Completed)
        {
            remark += Invariant($" (after {epoch.Updates} steps)");
        }

        results.WriteLine(
            Invariant($"epoch {epoch.Number}: loss {epoch.Loss:F4}, test accuracy {test.Accuracy:F4}, ")
            + Invariant($"{epoch.Elapsed.TotalSeconds:F2} s{remark}"));
    }

    // JSON has no NaN or infinity: a loss that has diverged is null.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private sealed class Bar(LiveLine line, int epochs) : IProgress<TrainingProgress>
    {
        // The time for two billion epochs would overflow a TimeSpan.
        private const double LongestLeft = 1e9;

        private readonly long _start = Stopwatch.GetTimestamp();
        private double? _first;

        public void Report(TrainingProgress value)
        {
            double done = (value.Epoch - 1 + (double)value.Update / value.UpdatesPerEpoch) / epochs;
            double first = _first ??= done - 1.0 / value.UpdatesPerEpoch / epochs; // not 0 for a run that was resumed
            double left = Stopwatch.GetElapsedTime(_start).TotalSeconds * (1 - done) / (done - first);
            string shown = Duration.Describe(TimeSpan.FromSeconds(Math.Min(left, LongestLeft)));
            line.Show(done, Invariant($"epoch {value.Epoch} of {epochs}, loss {value.Loss:F3}, {shown} left"));
        }
    }
}
