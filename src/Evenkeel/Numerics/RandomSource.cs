namespace Evenkeel.Numerics;

/// <summary>
/// Hands out streams of random numbers, one to everyone who asks: a layer takes one for its initial weights, another
/// takes one for its masks.
/// </summary>
/// <remarks>
/// The streams depend on the seed and the order of asking alone, so that a network built twice from one seed starts
/// with the same weights. Not safe for use by several threads at once.
/// </remarks>
/// <param name="seed">The seed of all streams.</param>
public sealed class RandomSource(ulong seed)
{
    private ulong _next;

    /// <summary>The seed of all streams.</summary>
    public ulong Seed => seed;

    /// <summary>The next stream: 0, then 1, and so on.</summary>
    public RandomStream Next() => new(seed, _next++);
}
