namespace Evenkeel.Numerics;

/// <summary>Cuts chains of multiply-adds into blocks of about equal length. Part of the definition of results: not to be tuned per machine.</summary>
/// <param name="length">The whole chain's length.</param>
/// <param name="longest">The longest block's.</param>
internal readonly struct ChainBlocks(int length, int longest)
{
    /// <summary>How many blocks there are: at least one, which may be empty.</summary>
    public int Count { get; } = Math.Max(1, (length + longest - 1) / longest);

    /// <summary>The length of all blocks but perhaps the last.</summary>
    public int Length => (length + Count - 1) / Count;
}
