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

    /// <summary>The fraction of the samples that is held out of training and validates it, from 0 to below 1. Default 0.</summary>
    /// <remarks>
    /// The samples are the last of the data, as Keras holds them out, at least one and at most all but one: shuffle data that is sorted
    /// first.
    /// </remarks>
    public double ValidationFraction { get; init; }

    /// <summary>The measure of the validation by which epochs are compared. Default <see cref="ValidationMetric.Loss"/>.</summary>
    public ValidationMetric Monitor { get; init; }

    /// <summary>Ends the call once <see cref="Monitor"/> no longer improves; null, the default, to train for all epochs.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>
    /// Whether, at the end of the call, the network gets back the state of the epoch with the best <see cref="Monitor"/>. Default false.
    /// </summary>
    /// <remarks>
    /// The state is that of the call's completed epochs: parameters, running statistics and all else that a layer keeps. The optimizer's
    /// stays. It is restored however the call ends, also where it is cancelled or fails.
    /// </remarks>
    public bool RestoreBest { get; init; }

    /// <summary>Is called after each completed epoch, before the next begins; null by default.</summary>
    public Action<EpochResult>? EpochCompleted { get; init; }
}
