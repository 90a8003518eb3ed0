using Evenkeel.Normalization;

namespace Evenkeel.Onnx;

/// <summary>How a network is read from an ONNX file.</summary>
public sealed record OnnxLoadOptions
{
    /// <summary>
    /// The shape of a sample of the input, without the batch, where the file leaves it open; null, the default, takes it from the file.
    /// </summary>
    public IReadOnlyList<nint>? SampleShape { get; init; }

    /// <summary>
    /// The variance that the running statistics of batch normalizations keep in later training. The format has no field for it: ONNX
    /// itself computes the population's, the default, while networks from PyTorch have the sample's.
    /// </summary>
    public VarianceEstimator RunningVariance { get; init; } = VarianceEstimator.Population;

    /// <summary>
    /// How running statistics average over batches in later training; null, the default, takes the momentum of each node, which weighs the
    /// average so far.
    /// </summary>
    public RunningAverage? RunningAverage { get; init; }
}
