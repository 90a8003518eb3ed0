namespace Evenkeel.Numerics;

/// <summary>A norm of a vector.</summary>
public enum VectorNorm
{
    /// <summary>The sum of the magnitudes, Σ|x|.</summary>
    L1,

    /// <summary>The Euclidean length, √Σx².</summary>
    L2,

    /// <summary>The largest magnitude, max|x|.</summary>
    Max,
}
