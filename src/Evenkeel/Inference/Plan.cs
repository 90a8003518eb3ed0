using Evenkeel.Inference.Planning;
using Evenkeel.Inference.Steps;
using Evenkeel.Layers;

namespace Evenkeel.Inference;

/// <summary>The steps of a predictor and their memory.</summary>
internal sealed class Plan
{
    private Plan(IReadOnlyList<(Node Node, Step Step)> steps, int subBatchSize)
    {
        NamedSteps = steps;
        Steps = [.. steps.Select(named => named.Step)];
        SubBatchSize = subBatchSize;
        WorkspaceFloats = MemoryPlanner.Plan(Steps, subBatchSize);
    }

    /// <summary>The steps with the operations that they came from.</summary>
    public IReadOnlyList<(Node Node, Step Step)> NamedSteps { get; }

    /// <summary>The steps, in the order in which they run.</summary>
    public Step[] Steps { get; }

    /// <summary>The largest number of samples of a sub-batch.</summary>
    public int SubBatchSize { get; }

    /// <summary>The size of a workspace in floats.</summary>
    public int WorkspaceFloats { get; }

    /// <summary>The size of a workspace in bytes.</summary>
    public long WorkspaceBytes => sizeof(float) * (long)WorkspaceFloats;

    /// <summary>The shape of a sample of the output.</summary>
    public nint[] OutputShape => NamedSteps[^1].Node.Shape;

    /// <summary>Plans the inference of a network.</summary>
    public static Plan Of(Layer network, ReadOnlySpan<nint> sampleShape, PredictorOptions options)
    {
        List<Node> nodes = NetworkReader.Read(network, sampleShape, options.Probabilities);
        if (options.Scaler is { } scaler)
        {
            InputScaling.Apply(nodes, scaler, options.Fold);
        }

        Fusion.Apply(nodes, options.Fold);
        var orders = new ImageOrders(nodes);
        var layouts = new Layouts(nodes, orders, options.Winograd);
        (IReadOnlyList<(Node Node, Step Step)> steps, int subBatchSize) = StepBuilder.Build(nodes, orders, layouts, options.Types);
        return new Plan(steps, subBatchSize);
    }
}
