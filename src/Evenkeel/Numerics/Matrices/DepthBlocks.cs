namespace Evenkeel.Numerics.Matrices;

/// <summary>Cuts chains of multiply-adds into blocks of about equal length. Part of the definition of results: not to be tuned per machine.</summary>
/// <param name="length">The whole chain's length.</param>
internal readonly struct DepthBlocks(int length)
{
    private const int Longest = 256;

    /// <summary>How many blocks there are: at least one, which may be empty.</summary>
    public int Count { get; } = Math.Max(1, (length + Longest - 1) / Longest);

    /// <summary>The length of all blocks but perhaps the last.</summary>
    public int Length => (length + Count - 1) / Count;
}
