namespace Evenkeel.Cli.Commands;

/// <summary>The default training settings of a kind of network.</summary>
/// <param name="LearningRate">The learning rate of sgd.</param>
/// <param name="Momentum">The momentum of sgd.</param>
/// <param name="WeightDecay">The weight decay of sgd.</param>
/// <param name="BatchSize">The number of images per step.</param>
/// <param name="Schedule">The value of <c>--schedule</c>.</param>
/// <param name="WarmUp">The warm-up as a fraction of all steps.</param>
internal sealed record TrainingDefaults(
    double LearningRate, double Momentum, double WeightDecay, int BatchSize, string Schedule, double WarmUp)
{
    /// <summary>The learning rate of adam, adamw and rmsprop for any network.</summary>
    public const double AdaptiveLearningRate = 0.001;

    /// <summary>The weight decay of adamw for any network.</summary>
    public const double AdamWWeightDecay = 0.01;

    /// <summary>The defaults for a value of <c>--net</c>.</summary>
    /// <remarks>
    /// The defaults of resnet20 are those of its paper, except for the schedule; those of cnn were chosen on images held out of
    /// MNIST's training images. The output layer of cnn has thousands of non-negative inputs, so that the loss is steep along
    /// their mean: without a warm-up, training does not recover from the first hundred steps at this rate.
    /// </remarks>
    public static TrainingDefaults Of(string net) => net switch
    {
        NetworkSettings.Convolutional => new(0.05, 0.9, 0, BatchSize: 32, ScheduleOption.Linear, WarmUp: 0.1),
        NetworkSettings.Residual => new(0.1, 0.9, 1e-4, BatchSize: 128, ScheduleOption.Linear, WarmUp: 0),
        _ => new(0.1, 0, 0, BatchSize: 100, ScheduleOption.Constant, WarmUp: 0),
    };
}
