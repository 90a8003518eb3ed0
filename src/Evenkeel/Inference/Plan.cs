using Evenkeel.Inference.Planning;
using Evenkeel.Inference.Steps;
using Evenkeel.Layers;
using Evenkeel.Scaling;

namespace Evenkeel.Inference;

/// <summary>The steps of a predictor and their memory.</summary>
internal sealed class Plan
{
    private Plan(IReadOnlyList<(Node Node, Step Step)> steps, int samples)
    {
        Named = steps;
        Steps = [.. steps.Select(named => named.Step)];
        Samples = samples;
        WorkspaceFloats = MemoryPlanner.Plan(Steps, samples);
    }

    /// <summary>The steps with the operations that they came from.</summary>
    public IReadOnlyList<(Node Node, Step Step)> Named { get; }

    /// <summary>The steps, in the order in which they run.</summary>
    public Step[] Steps { get; }

    /// <summary>The largest number of samples of a run.</summary>
    public int Samples { get; }

    /// <summary>The size of a workspace in floats.</summary>
    public int WorkspaceFloats { get; }

    /// <summary>The size of a workspace in bytes.</summary>
    public long WorkspaceBytes => sizeof(float) * (long)WorkspaceFloats;

    /// <summary>The shape of a sample of the output.</summary>
    public nint[] OutputShape => Named[^1].Node.Shape;

    /// <summary>Plans the inference of a network.</summary>
    public static Plan Of(Layer network, ReadOnlySpan<nint> sampleShape, PredictorOptions options)
    {
        List<Node> nodes = NetworkReader.Read(network, sampleShape);
        if (options.Scaler is { } scaler)
        {
            FoldScaler(nodes, scaler);
        }

        Fusion.Apply(nodes, options.Fold);
        var orders = new ImageOrders(nodes);
        (IReadOnlyList<(Node Node, Step Step)> steps, int samples) = StepBuilder.Build(nodes, orders, options.Winograd, options.Types);
        return new Plan(steps, samples);
    }

    private static void FoldScaler(List<Node> nodes, Scaler scaler)
    {
        Node[] readers = [.. nodes.Where(node => node.Read.Contains(nodes[0]))];
        readers[0].Layer = readers switch
        {
            [{ Layer: Linear linear }] => ScalerFolding.Fold(scaler, linear),
            [{ Layer: Conv2d convolution }] => ScalerFolding.Fold(scaler, convolution),
            _ => throw new NotSupportedException(
                $"A {scaler.GetType().Name} folds into a {nameof(Linear)} or a {nameof(Conv2d)} that alone reads the input; here "
                + $"{string.Join(", ", readers.Select(reader => $"'{reader.Path}'"))} read it. Scale the inputs before the call instead."),
        };
    }
}
