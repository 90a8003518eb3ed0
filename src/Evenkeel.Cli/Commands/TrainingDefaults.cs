namespace Evenkeel.Cli.Commands;

/// <summary>How a kind of network is trained where the command line does not say.</summary>
/// <param name="LearningRate">The learning rate of sgd.</param>
/// <param name="Momentum">The momentum of sgd.</param>
/// <param name="WeightDecay">The weight decay of sgd.</param>
/// <param name="BatchSize">How many images a step sees.</param>
/// <param name="Schedule">What <c>--schedule</c> would say.</param>
/// <param name="WarmUp">The part of all steps that the learning rate grows for.</param>
internal sealed record TrainingDefaults(
    double LearningRate, double Momentum, double WeightDecay, int BatchSize, string Schedule, double WarmUp)
{
    /// <summary>The learning rate of adam, for any network.</summary>
    public const double AdamLearningRate = 0.001;

    /// <summary>The defaults of what <c>--net</c> says.</summary>
    /// <remarks>
    /// Those of resnet20 are its paper's, but for the schedule; those of cnn were chosen on images held out of MNIST's training images. The output
    /// layer of the cnn has thousands of inputs, none of them negative, so that the loss is steep along their mean: without a warm-up, the
    /// first hundred steps at its rate would lose it for good.
    /// </remarks>
    public static TrainingDefaults Of(string net) => net switch
    {
        NetworkSettings.Convolutional => new(0.05, 0.9, 0, BatchSize: 32, ScheduleOption.Linear, WarmUp: 0.1),
        NetworkSettings.Residual => new(0.1, 0.9, 1e-4, BatchSize: 128, ScheduleOption.Linear, WarmUp: 0),
        _ => new(0.1, 0, 0, BatchSize: 100, ScheduleOption.Constant, WarmUp: 0),
    };
}
