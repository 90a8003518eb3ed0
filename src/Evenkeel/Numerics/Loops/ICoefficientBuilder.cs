namespace Evenkeel.Numerics.Loops;

/// <summary>Builds the coefficients of the map of sets that are reduced.</summary>
internal interface ICoefficientBuilder
{
    /// <summary>
    /// Builds the coefficients of <paramref name="count"/> sets from <paramref name="first"/> on. Called once per set, from any
    /// thread.
    /// </summary>
    void Build(int first, int count);
}

/// <summary>Builds nothing: for reductions without a map, and for coefficients that are already built.</summary>
internal readonly struct NoCoefficients : ICoefficientBuilder
{
    /// <inheritdoc/>
    public void Build(int first, int count)
    {
    }
}
