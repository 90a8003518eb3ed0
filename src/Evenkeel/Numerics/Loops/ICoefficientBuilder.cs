namespace Evenkeel.Numerics.Loops;

/// <summary>Turns what sets were reduced to into the coefficients of their map.</summary>
internal interface ICoefficientBuilder
{
    /// <summary>Prepares neighbouring sets, many at a time where it can be; called once for each, from any thread.</summary>
    void Build(int first, int count);
}

/// <summary>Sets that are reduced and no more.</summary>
internal readonly struct NoCoefficients : ICoefficientBuilder
{
    /// <inheritdoc/>
    public void Build(int first, int count)
    {
    }
}
