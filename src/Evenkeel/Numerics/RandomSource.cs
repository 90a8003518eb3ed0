namespace Evenkeel.Numerics;

/// <summary>
/// Creates streams of random numbers, one per request: a layer takes one for its initial weights, another takes one for its
/// dropout masks.
/// </summary>
/// <remarks>
/// The streams depend on the seed and the order of requests alone, so that a network built twice from one seed starts with the
/// same weights. Not thread-safe.
/// </remarks>
/// <param name="seed">The seed of all streams.</param>
public sealed class RandomSource(ulong seed)
{
    private ulong _next;

    /// <summary>The seed of all streams.</summary>
    public ulong Seed => seed;

    /// <summary>Returns the next stream: 0, then 1, and so on.</summary>
    public RandomStream Next() => new(seed, _next++);
}
