namespace Evenkeel.Benchmarks;

/// <summary>What of a normalization is timed.</summary>
internal enum NormalizationPass
{
    /// <summary>The forward pass in training.</summary>
    Forward,

    /// <summary>The backward pass.</summary>
    Backward,

    /// <summary>The forward pass with the running statistics.</summary>
    Inference,

    /// <summary>The forward pass in training with the ReLU behind it.</summary>
    ForwardRelu,

    /// <summary>The backward pass with the ReLU's before it.</summary>
    BackwardRelu,

    /// <summary>The forward pass with the running statistics and the ReLU behind it.</summary>
    InferenceRelu,
}
