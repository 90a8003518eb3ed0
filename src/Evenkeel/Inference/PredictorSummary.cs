using System.Globalization;
using Evenkeel.Inference.Planning;
using Evenkeel.Inference.Steps;
using Evenkeel.Layers;
using Evenkeel.Networks;

namespace Evenkeel.Inference;

/// <summary>What a <see cref="Predictor"/> does: its steps, what was folded and fused into each, and its memory.</summary>
public sealed class PredictorSummary
{
    internal PredictorSummary(Plan plan, long weightBytes, int threads)
    {
        Steps = [.. plan.NamedSteps.Select(named => Of(named.Node, named.Step, plan.OutputShape))];
        SubBatchSize = plan.SubBatchSize;
        (WeightBytes, WorkspaceBytes, Threads) = (weightBytes, plan.WorkspaceBytes, threads);
    }

    /// <summary>The steps, in the order in which they run.</summary>
    public IReadOnlyList<PredictorStep> Steps { get; }

    /// <summary>The size of the packed weights in bytes, which are stored once for all threads.</summary>
    public long WeightBytes { get; }

    /// <summary>The size of a workspace in bytes: the activations of a sub-batch.</summary>
    public long WorkspaceBytes { get; }

    /// <summary>The most samples that the steps process at a time; a larger batch takes several rounds.</summary>
    public int SubBatchSize { get; }

    /// <summary>The threads that a call may use at most.</summary>
    public int Threads { get; }

    /// <summary>A table with a line per step, and the totals.</summary>
    /// <returns>Lines that end in '\n', but for the last.</returns>
    public override string ToString() =>
        SummaryTable.Format([["layer", "step", "output", "weights", "folded and fused"], .. Steps.Select(Cells)])
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{WeightBytes:N0} bytes of weights; {WorkspaceBytes:N0} bytes of workspace for a call, in sub-batches of up to {SubBatchSize} "
            + $"samples; {Threads} {(Threads == 1 ? "thread" : "threads at most")}");

    private static string[] Cells(PredictorStep step) =>
    [
        step.Path.Length == 0 ? "." : step.Path,
        step.Kind,
        Shape.Describe([.. step.OutputShape]),
        step.WeightBytes == 0 ? "" : step.WeightBytes.ToString("N0", CultureInfo.InvariantCulture),
        string.Join(", ", step.Absorbed),
    ];

    private static PredictorStep Of(Node node, Step step, nint[] outputShape) => step is StoreStep
        ? new PredictorStep("output", step.Kind, [.. outputShape], 0, [])
        : new PredictorStep(node.Path, step.Kind, [.. node.Shape], step.WeightBytes, [.. node.Absorbed]);
}
