using System.Globalization;
using Evenkeel.Cli.Shell;
using Evenkeel.Training;

namespace Evenkeel.Cli.Commands;

/// <summary>What cannot be trained is refused before it is tried.</summary>
internal static class TrainingLimits
{
    /// <summary>Refuses a multilayer perceptron that this machine's memory does not hold.</summary>
    /// <param name="widths">The widths of all layers, from the inputs to the outputs.</param>
    /// <param name="batchSize">How many samples a step sees.</param>
    /// <param name="norm">What <c>--norm</c> says.</param>
    /// <exception cref="UsageException">It is too large.</exception>
    public static void CheckMemory(IReadOnlyList<int> widths, int batchSize, string norm) => CheckMemory(
        new NetworkSizes(
            [.. widths.Zip(widths.Skip(1), (inputs, outputs) => (double)inputs * outputs)],
            [.. widths.Select(width => (double)width)],
            Places: 1),
        batchSize,
        norm,
        "--hidden or ");

    /// <summary>Refuses a network that this machine's memory does not hold.</summary>
    /// <param name="sizes">How large it is.</param>
    /// <param name="batchSize">How many samples a step sees.</param>
    /// <param name="norm">What <c>--norm</c> says.</param>
    /// <param name="otherRemedy">What may be chosen smaller, but for the batch size.</param>
    /// <exception cref="UsageException">It is too large.</exception>
    public static void CheckMemory(NetworkSizes sizes, int batchSize, string norm, string otherRemedy = "")
    {
        // Weights come with gradients and up to two values of the optimizer; a layer's outputs pass through
        // normalization and activation, and have gradients as well; those of a measurement lie in two blocks in turn.
        // Cross-iteration keeps weights and gradients of past iterations, group coefficients for each channel of a sample.
        double perWeight = (norm == "cross-iteration" ? 4 + 2 * NormOption.Window : 4) * sizeof(float);
        int samples = Math.Max(batchSize, Trainer<int>.EvaluationBatch);
        double perOutput = (6.0 * batchSize + (norm == "group" ? 19 / sizes.Places * samples : 0)) * sizeof(float);
        double measured = 2.0 * Trainer<int>.EvaluationBatch * sizeof(float) * sizes.Outputs.Max();
        double bytes = perWeight * sizes.Weights.Sum() + perOutput * sizes.Outputs.Sum() + measured;
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
        {
            throw TooLarge($"takes about {bytes / 1e9:F1} GB, and this machine has {available / 1e9:F1} GB");
        }

        double largest = Math.Max(sizes.Weights.Max(), sizes.Outputs.Max() * samples);
        if (largest > Array.MaxLength)
        {
            throw TooLarge($"has a layer of {largest:0.#e+0} numbers, and {Array.MaxLength} are possible");
        }

        UsageException TooLarge(FormattableString why) => new(
            FormattableString.Invariant($"a network of {sizes.Weights.Sum():N0} weights with {batchSize} images per step and {Trainer<int>.EvaluationBatch} per measurement ")
            + why.ToString(CultureInfo.InvariantCulture)
            + $"; choose smaller {otherRemedy}--batch-size.");
    }

    /// <summary>Refuses batches of which one would have a single sample, for which batch normalization knows no variance.</summary>
    /// <param name="samples">How many samples are divided.</param>
    /// <param name="batchSize">Into batches of how many.</param>
    /// <param name="batches">What they are called.</param>
    /// <exception cref="UsageException">There is such a batch.</exception>
    public static void CheckLastBatch(int samples, int batchSize, string batches = "batches")
    {
        if (Math.Min(batchSize, samples) == 1)
        {
            throw new UsageException("batch normalization takes its statistics over a batch, which must have at least two images.");
        }

        if (samples % batchSize == 1)
        {
            throw new UsageException(
                FormattableString.Invariant($"{samples} images in {batches} of {batchSize} leave one image for the last of them, ")
                + "and batch normalization takes at least two; choose another --batch-size.");
        }
    }
}
