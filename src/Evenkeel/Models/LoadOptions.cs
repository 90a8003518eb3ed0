namespace Evenkeel.Models;

/// <summary>The settings of <see cref="NetworkState.Load"/>.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// Whether every tensor must be loaded, and none may be left over; otherwise what fits is loaded, and the report has the rest. Default
    /// true.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// Takes only the tensors whose names begin so, and removes it from their names, as <c>module.</c> of PyTorch's <c>DataParallel</c>, or
    /// the path of a part of a network; null, the default, to take all.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Returns the name in the network for the name of a tensor, once <see cref="Prefix"/> is removed, or null to pass it over; null, the
    /// default, to leave names as they are.
    /// </summary>
    public Func<string, string?>? Rename { get; init; }

    /// <summary>Whether values may be rounded, as from Float64 to the Float32 of parameters. Default false.</summary>
    public bool AllowRounding { get; init; }
}
