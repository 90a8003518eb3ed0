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

        return terminal.Console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => Run(trainer, data, options, new Bar(context.AddTask("training"), options), cancellationToken));
    }

    private bool Run(
        Trainer<int> trainer,
        ImageClassificationData data,
        FitOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        EpochResult? last = null;
        foreach (EpochResult epoch in trainer.Fit(data.Train, options, progress, cancellationToken))
        {
            last = epoch;
            if (epoch.Updates > 0)
            {
                // What was learned so far is measured and told, even where training was cancelled on the way.
                Write(epoch, trainer.Evaluate(data.Test, CancellationToken.None));
            }
        }

        bool completed = last is { Completed: true } && last.Number == options.Epochs;
        if (!completed)
        {
            terminal.Error.WriteLine("evenkeel: interrupted; what was learned so far is above.");
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
                ["test_loss"] = Finite(test.Loss),
                ["seconds"] = Math.Round(epoch.Elapsed.TotalSeconds, 3),
                ["completed"] = epoch.Completed,
            };
            terminal.Output.WriteLine(line.ToJsonString());
            terminal.Output.Flush();
            return;
        }

        string partial = epoch.Completed ? "" : string.Create(CultureInfo.InvariantCulture, $"  (interrupted after {epoch.Updates} updates)");
        terminal.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch.Number}: loss {epoch.Loss:F4}, test accuracy {test.Accuracy:F4}, {epoch.Elapsed.TotalSeconds:F2} s{partial}"));
    }

    // JSON has no word for NaN and infinity; a loss that has diverged is null.
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private sealed class Bar(ProgressTask task, FitOptions options) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            task.MaxValue = (double)value.UpdatesPerEpoch * options.Epochs;
            task.Value = (value.Epoch - 1) * (double)value.UpdatesPerEpoch + value.Update;
            if (value.Update % 20 == 1)
            {
                task.Description = string.Create(
                    CultureInfo.InvariantCulture, $"epoch {value.Epoch} of {options.Epochs}, loss {value.Loss:F3}");
            }
        }
    }
}
