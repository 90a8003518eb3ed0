namespace Evenkeel.Tests.Support;

/// <summary>The shapes on which kernels and layers take different paths.</summary>
internal static class Shapes
{
    /// <summary>Every length up to two vectors and one more, and around the next boundaries.</summary>
    public static int[] AroundVectors { get; } = [.. Enumerable.Range(1, 33), 47, 48, 49, 63, 64, 65];

    /// <summary>[N, C] and [N, C, *].</summary>
    public static IEnumerable<nint[]> ChannelFirst =>
    [
        .. AroundVectors.Select(channels => (nint[])[5, channels]),
        .. AroundVectors.Select(inner => (nint[])[3, 2, inner]),
        .. AroundVectors.Select(channels => (nint[])[2, channels, 3]),
        [2, 3, 4, 5], [2, 17, 3, 7], [2, 3, 2, 3, 4], [2, 1], [2, 65], [1, 3, 2], [1, 1, 3, 3],

        // Blocks of 256 rows, of 4,096 elements of a run, and of as many runs as make 4,096 elements.
        [255, 2], [256, 2], [257, 17], [600, 33], [2, 2, 4095], [2, 2, 4096], [2, 2, 4097], [1, 2, 9000],
        [300, 3, 20], [205, 1, 20], [2100, 1, 2],

        // Units of 128 columns.
        [4, 127], [4, 128], [4, 300],
    ];

    /// <summary>The same with the channel axis behind all others.</summary>
    public static IEnumerable<nint[]> ChannelLast =>
        ChannelFirst.Where(lengths => lengths.Length > 2).Select(lengths => (nint[])[lengths[0], .. lengths[2..], lengths[1]]);
}
