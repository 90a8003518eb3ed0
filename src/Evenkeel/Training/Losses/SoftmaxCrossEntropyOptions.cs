namespace Evenkeel.Training;

/// <summary>Options of <see cref="SoftmaxCrossEntropy"/>.</summary>
public sealed record SoftmaxCrossEntropyOptions
{
    /// <summary>The weight of each class, finite and at least 0; null for equal weights.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>ε, the part of each label that is spread over all classes; at least 0 and below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The label of samples to leave out of the loss, its gradient and the accuracy; null for none. PyTorch's is −100.</summary>
    public int? IgnoredLabel { get; init; }
}
