using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The link between networks that each compute a part of one batch, in training on several networks or machines.</summary>
internal interface IBatchExchange : IStatisticsExchange
{
    /// <summary>Returns the moments of all parts, one after another in the order of the batch; valid until the next call.</summary>
    /// <param name="own">The moments of this part; parts may have different numbers of them.</param>
    ReadOnlySpan<Moments> Gather(ReadOnlySpan<Moments> own);

    /// <summary>Replaces this part's values by the sums over all parts.</summary>
    /// <param name="values">As many on all parts.</param>
    void Sum(Span<float> values);
}
