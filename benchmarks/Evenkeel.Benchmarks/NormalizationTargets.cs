namespace Evenkeel.Benchmarks;

/// <summary>How fast a normalization is to be.</summary>
internal static class NormalizationTargets
{
    /// <summary>Below this, calls and threads weigh more than memory.</summary>
    private const long SmallestJudged = 8_000_000;

    /// <summary>
    /// The most time a pass may take, as a multiple of the time to copy a tensor of <paramref name="bytes"/> bytes (for a backward
    /// pass, of a triad); null without a target.
    /// </summary>
    public static double? OfMemory(NormalizationPass pass, long bytes) => (pass, Place(bytes)) switch
    {
        (NormalizationPass.Forward or NormalizationPass.ForwardRelu, Cache.Exceeded) => 1.2,
        (NormalizationPass.Backward, Cache.Exceeded) => 1.3,
        (NormalizationPass.Inference or NormalizationPass.InferenceRelu, Cache.Exceeded) => 1.1,
        (NormalizationPass.Forward or NormalizationPass.ForwardRelu, Cache.Held) => 2,
        (NormalizationPass.Backward, Cache.Held) => 1.6,
        _ => null,
    };

    // A tensor is beyond the cache where it does not fit into it together with the result.
    private static Cache Place(long bytes) =>
        2 * bytes > Machine.LastLevelCache ? Cache.Exceeded : bytes >= SmallestJudged ? Cache.Held : Cache.Small;

    private enum Cache
    {
        Small,
        Held,
        Exceeded,
    }
}
