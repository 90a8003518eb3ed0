namespace Evenkeel.Numerics.Matrices;

/// <summary>The blocks of about equal length into which the inner dimension of a product is cut.</summary>
/// <remarks>They are part of the definition of results, so they are not tuned per machine.</remarks>
/// <param name="depth">The inner dimension.</param>
internal readonly struct DepthBlocks(int depth)
{
    private const int MaxLength = 256;

    /// <summary>The number of blocks: at least one, which may be empty.</summary>
    public int Count { get; } = Math.Max(1, (depth + MaxLength - 1) / MaxLength);

    /// <summary>The length of every block except perhaps the last.</summary>
    public int Length => (depth + Count - 1) / Count;
}
