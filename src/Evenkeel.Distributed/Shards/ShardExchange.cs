using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Distributed;

/// <summary>The exchange of statistics of one shard: sums go from the first shard to the last, whatever rank has them.</summary>
/// <param name="meeting">Where the shards meet.</param>
internal sealed class ShardExchange(ShardMeeting meeting) : IBatchExchange
{
    private readonly int[] _own = new int[1];
    private int[] _counts = [];

    /// <summary>The number of the shard among those of the process that have samples in the current batch.</summary>
    public int Index { get; set; }

    /// <inheritdoc/>
    public void Merge(Span<Moments> moments)
    {
        int channels = moments.Length;
        meeting.Gather<Moments>(
            Index, moments, Counts(channels), all => Fold(all, channels, static (a, b) => Moments.Merge(a, b)))[..channels].CopyTo(moments);
    }

    /// <inheritdoc/>
    public void Sum(Span<GradientSums> sums)
    {
        int channels = sums.Length;
        meeting.Gather<GradientSums>(
            Index, sums, Counts(channels), all => Fold(all, channels, static (a, b) => a + b))[..channels].CopyTo(sums);
    }

    /// <inheritdoc/>
    public void Sum(Span<float> values)
    {
        int length = values.Length;
        meeting.Gather<float>(Index, values, Counts(length), all =>
        {
            for (int start = length; start < all.Length; start += length)
            {
                Evenkeel.Numerics.Pointwise.Sum.Apply(all[..length], all.Slice(start, length), relu: false, all[..length]);
            }
        })[..length].CopyTo(values);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<Moments> Gather(ReadOnlySpan<Moments> own)
    {
        _own[0] = own.Length;
        int[] counts = meeting.Gather<int>(Index, _own, Counts(1)).ToArray();
        return meeting.Gather(Index, own, counts);
    }

    /// <summary>Adds the values of each further shard to those of the first.</summary>
    private static void Fold<T>(Span<T> all, int length, Func<T, T, T> add)
    {
        Span<T> first = all[..length];
        for (int i = length; i < all.Length; i++)
        {
            first[i % length] = add(first[i % length], all[i]);
        }
    }

    private int[] Counts(int count)
    {
        Array.Resize(ref _counts, meeting.ActiveShards);
        Array.Fill(_counts, count);
        return _counts;
    }
}
