namespace Evenkeel.Numerics.Channels;

/// <summary>The reduction of a backward pass: the statistics of each set, and the sums taken about them.</summary>
internal readonly ref struct GradientReduction(ReadOnlySpan<double> means, Span<GradientSums> sums)
{
    /// <summary>The mean of each set.</summary>
    public ReadOnlySpan<double> Means { get; } = means;

    /// <summary>Receives Σdy and Σdy·(x − mean) of each set.</summary>
    public Span<GradientSums> Sums { get; } = sums;
}
