namespace Evenkeel.Normalization;

/// <summary>By what the sum of squared deviations of m values is divided.</summary>
public enum VarianceEstimator
{
    /// <summary>By m − 1: the sample's (unbiased) variance, as PyTorch keeps it in running statistics.</summary>
    Sample,

    /// <summary>By m: the population's variance, as Keras and ONNX keep it.</summary>
    Population,
}
