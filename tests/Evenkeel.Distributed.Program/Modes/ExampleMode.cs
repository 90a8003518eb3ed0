using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>The program of docs/distributed.md.</summary>
internal sealed class ExampleMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "example";

    /// <inheritdoc/>
    public override string Summary => "the program of docs/distributed.md";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        var random = new RandomSource(0);
        var network = new Sequential(new Linear(8, 16, random), new BatchNorm(16), new Linear(16, 2, random));
        float[] values = [.. Enumerable.Range(0, 512 * 8).Select(i => MathF.Sin(i))];
        int[] labels = [.. Enumerable.Range(0, 512).Select(i => values[i * 8] > 0 ? 1 : 0)];
        var data = new Dataset<int>(Tensor.Create(values, [512, 8]), Tensor.Create(labels, [512]));
        Dataset<int> validation = data.Take(100);

        // docs/distributed.md
        using var communicator = MpiCommunicator.Initialize();
        using var watch = JobWatch.Start(communicator);
        using var parallel = new DataParallel<int>(communicator, shards: 8);

        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1)) { Gradients = parallel };
        trainer.Fit(data, new FitOptions { Epochs = 10, BatchSize = 256 }, validation);
        watch.Complete();
        // end
        if (communicator.Rank == 0)
        {
            Console.WriteLine(Invariant($"accuracy {trainer.History[^1].Validation!.Accuracy:F2}"));
        }

        return 0;
    }
}
