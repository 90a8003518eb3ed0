using Evenkeel.Data;

namespace Evenkeel.Training;

/// <summary>How a dataset is gone through in training.</summary>
public sealed record FitOptions
{
    /// <summary>How often each sample is seen. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>How many samples a step sees. Default 100.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>The seed of the order in which samples are seen, and of augmentation; each epoch has an order of its own. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether to leave out an epoch's last batch where it is smaller than the others. Default false.</summary>
    /// <remarks>
    /// Set it where the number of samples leaves one for the last batch and the network has a batch normalization, which
    /// refuses a single value per channel.
    /// </remarks>
    public bool DropLast { get; init; }

    /// <summary>Random changes to the images of each step, in training only; null, the default, for none.</summary>
    public ImageAugmentation? Augmentation { get; init; }

    /// <summary>What the optimizer's learning rate is multiplied by at each step; null, the default, for the rate as it is.</summary>
    /// <remarks>Behind each epoch the optimizer has the rate that it had before.</remarks>
    public LearningRateSchedule? Schedule { get; init; }
}
