using System.Globalization;
using Evenkeel.Cli.Shell;
using Evenkeel.Normalization;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands;

/// <summary>Refuses training that cannot succeed, before it starts.</summary>
internal static class TrainingLimits
{
    /// <summary>Refuses a multilayer perceptron that does not fit into this machine's memory.</summary>
    /// <param name="widths">The widths of all layers, from the inputs to the outputs.</param>
    /// <param name="batchSize">The number of samples per step.</param>
    /// <param name="norm">The value of <c>--norm</c>.</param>
    /// <exception cref="UsageException">The network is too large.</exception>
    public static void CheckMemory(IReadOnlyList<int> widths, int batchSize, string norm) => CheckMemory(
        new NetworkSizes(
            [.. widths.Zip(widths.Skip(1), (inputs, outputs) => (double)inputs * outputs)],
            [.. widths.Select(width => (double)width)],
            Positions: 1),
        batchSize,
        norm,
        "--hidden or ");

    /// <summary>Refuses a network that does not fit into this machine's memory.</summary>
    /// <param name="sizes">The sizes of the network.</param>
    /// <param name="batchSize">The number of samples per step.</param>
    /// <param name="norm">The value of <c>--norm</c>.</param>
    /// <param name="otherRemedy">Another option that may be chosen smaller, to precede <c>--batch-size</c>.</param>
    /// <exception cref="UsageException">The network is too large.</exception>
    public static void CheckMemory(NetworkSizes sizes, int batchSize, string norm, string otherRemedy = "")
    {
        // Each weight has a gradient and up to two values of the optimizer. Outputs are kept before and after normalization and
        // activation, with gradients; an evaluation alternates between two buffers. Cross-iteration keeps the weights and
        // gradients of past iterations, group normalization the coefficients of each channel of a sample.
        double perWeight = (norm == NormalizerCatalog.CrossIteration ? 4 + 2 * NormalizerCatalog.Window : 4) * sizeof(float);
        int samples = Math.Max(batchSize, Trainer<int>.EvaluationBatch);
        double perOutput = (6.0 * batchSize + (norm == NormalizerCatalog.Group ? 19 / sizes.Positions * samples : 0)) * sizeof(float);
        double evaluation = 2.0 * Trainer<int>.EvaluationBatch * sizeof(float) * sizes.Outputs.Max();
        double bytes = perWeight * sizes.Weights.Sum() + perOutput * sizes.Outputs.Sum() + evaluation;
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
        {
            throw TooLarge($"takes about {bytes / 1e9:F1} GB, and this machine has {available / 1e9:F1} GB");
        }

        double largest = Math.Max(sizes.Weights.Max(), sizes.Outputs.Max() * samples);
        if (largest > Array.MaxLength)
        {
            throw TooLarge($"has a layer of {largest:0.#e+0} values, and at most {Array.MaxLength} are possible");
        }

        UsageException TooLarge(FormattableString why) => new(
            Invariant($"a network of {sizes.Weights.Sum():N0} weights with {batchSize} images per step ")
            + Invariant($"and {Trainer<int>.EvaluationBatch} per evaluation ")
            + why.ToString(CultureInfo.InvariantCulture)
            + $"; choose a smaller {otherRemedy}--batch-size.");
    }

    /// <summary>Refuses a batch size that leaves a single sample, which has no variance, for the last batch.</summary>
    /// <param name="samples">The number of samples.</param>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="batches">The word for the batches in the message.</param>
    /// <exception cref="UsageException">A batch would have a single sample.</exception>
    public static void CheckLastBatch(int samples, int batchSize, string batches = "batches")
    {
        if (Math.Min(batchSize, samples) == 1)
        {
            throw new UsageException("batch normalization computes its statistics over a batch, which needs at least two images.");
        }

        if (samples % batchSize == 1)
        {
            throw new UsageException(
                Invariant($"{samples} images in {batches} of {batchSize} leave one image for the last, ")
                + "and batch normalization needs at least two; choose another --batch-size.");
        }
    }
}
