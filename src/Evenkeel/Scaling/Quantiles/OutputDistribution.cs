namespace Evenkeel.Scaling;

/// <summary>The distribution to which <see cref="QuantileTransformer"/> maps a column.</summary>
public enum OutputDistribution
{
    /// <summary>The uniform distribution from 0 to 1.</summary>
    Uniform,

    /// <summary>The normal distribution of mean 0 and standard deviation 1, clipped at ±5.2.</summary>
    Normal,
}
