using System.Globalization;
using Evenkeel.Tests.Training;

namespace Evenkeel.Tests.Probes;

/// <summary>A few training steps of a network with batch normalization and dropout, for each activation and optimizer.</summary>
public sealed class TrainingProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (string optimizer in TrainingRun.Optimizers)
        {
            foreach (string activation in TrainingRun.Activations)
            {
                var run = new TrainingRun(optimizer, activation, batch: 19, hidden: [33, 17]);
                double loss = run.Steps(3);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{optimizer} {activation}: {loss:r} {Hash<float>(run.State())} {run.CountCorrect()}"));
            }
        }
    }
}
