namespace Evenkeel.Tests.Accuracy;

/// <summary>What a normalizer computes.</summary>
internal enum Quantity
{
    Output,
    InputGradient,
    WeightGradient,
    BiasGradient,
    RunningMean,
    RunningVariance,
    Inference,
}
