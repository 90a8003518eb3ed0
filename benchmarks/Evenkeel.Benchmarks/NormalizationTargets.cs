namespace Evenkeel.Benchmarks;

/// <summary>How fast a normalization is to be.</summary>
internal static class NormalizationTargets
{
    /// <summary>Below this, calls and threads weigh more than memory.</summary>
    private const long SmallestJudged = 8_000_000;

    /// <summary>
    /// The most time a pass may take, as a multiple of the time to copy a tensor (for a backward pass, of a triad); null without a target.
    /// </summary>
    /// <remarks>Channels last are read twice, which is half a copy more, or two thirds of a triad.</remarks>
    public static double? OfMemory(NormalizationSection section, int[] shape, NormalizationPass pass)
    {
        long bytes = sizeof(float) * shape.Aggregate(1L, (product, length) => product * length);
        bool isDense = shape.Length == 2 && !section.HasRows;
        return (pass, Place(bytes)) switch
        {
            (NormalizationPass.Inference or NormalizationPass.InferenceRelu, Cache.Exceeded) => 1.1,
            (NormalizationPass.Forward or NormalizationPass.ForwardRelu, Cache.Exceeded) => isDense ? 2 : section.IsChannelLast ? 1.7 : 1.3,
            (NormalizationPass.Backward, Cache.Exceeded) => isDense ? 2 : section.IsChannelLast ? 1.9 : 1.5,
            (NormalizationPass.Forward or NormalizationPass.ForwardRelu or NormalizationPass.Backward, Cache.Held) => 2,
            _ => null,
        };
    }

    // A tensor is beyond the cache where it does not fit into it together with the result.
    private static Cache Place(long bytes) =>
        2 * bytes > Caches.LastLevel ? Cache.Exceeded : bytes >= SmallestJudged ? Cache.Held : Cache.Small;

    private enum Cache
    {
        Small,
        Held,
        Exceeded,
    }
}
