namespace Evenkeel.Numerics.Channels;

/// <summary>The reductions of a backward pass over rows: along each row, and down each position of the rows.</summary>
internal readonly ref struct RowGradientReduction
{
    /// <summary>The mean of each row.</summary>
    public required ReadOnlySpan<double> Means { get; init; }

    /// <summary>1/√(σ² + ε) of each row.</summary>
    public required ReadOnlySpan<double> InvStds { get; init; }

    /// <summary>The weight of each position.</summary>
    public required ReadOnlySpan<float> Weight { get; init; }

    /// <summary>Receives Σdy·weight and Σdy·weight·(x − mean) of each row.</summary>
    public required Span<GradientSums> Sums { get; init; }

    /// <summary>Receives Σdy and Σdy·x̂ of each position; empty if not wanted.</summary>
    public required Span<AffineGradients> ParameterGradients { get; init; }
}
