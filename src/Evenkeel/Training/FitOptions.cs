using Evenkeel.Data;

namespace Evenkeel.Training;

/// <summary>The settings of <see cref="Trainer{TTarget}.Fit"/> and <see cref="Trainer{TTarget}.Epochs"/>.</summary>
public sealed record FitOptions
{
    /// <summary>The number of passes over the data. Default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>The number of samples per step. Default 100.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>The seed of the order of samples, which differs from epoch to epoch, and of augmentation. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether to drop an epoch's last batch if it is smaller than the others. Default false.</summary>
    /// <remarks>
    /// Set it if the last batch would have a single sample and the network has a batch normalization, which refuses a single value per
    /// channel.
    /// </remarks>
    public bool DropLast { get; init; }

    /// <summary>The random augmentation of training images; null, the default, for none.</summary>
    public ImageAugmentation? Augmentation { get; init; }

    /// <summary>The factor of the optimizer's learning rate at each step; null, the default, for a constant rate.</summary>
    /// <remarks>After each epoch, the optimizer's learning rate is what it was before.</remarks>
    public LearningRateSchedule? Schedule { get; init; }
}
