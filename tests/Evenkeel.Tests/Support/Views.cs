using Evenkeel.Numerics;
using Evenkeel.Numerics.Images;

namespace Evenkeel.Tests.Support;

/// <summary>The views on which the channel kernels take different paths.</summary>
internal static class Views
{
    /// <summary>Around every boundary of vectors, of blocks, and of shares of the work.</summary>
    public static ChannelView[] All { get; } =
    [
        .. Shapes.AroundVectors.Select(channels => new ChannelView(3, channels, 1)),
        .. Shapes.AroundVectors.Select(inner => new ChannelView(2, 3, inner)),
        new(255, 5, 1), new(256, 5, 1), new(257, 5, 1), new(600, 17, 1), new(3000, 33, 1), new(1, 40_000, 1),
        new(2, 2, 4095), new(2, 2, 4096), new(2, 2, 4097), new(1, 1, 8192), new(1, 3, 20_000),
        new(2049, 2, 2), new(300, 3, 20), new(205, 1, 20), new(700, 40, 3),
        new(3, 2, 5, 7), new(5, 1, 3, 21), new(4, 3, 18, 1), new(7, 1, 33, 1), new(2, 300, 17, 1), new(3, 2, 2, 4100), new(900, 2, 40, 1),
    ];

    /// <summary>
    /// Tables, row after row and column after column, around every boundary of vectors, of blocks, and of shares of the work.
    /// </summary>
    public static ChannelView[] Tables { get; } =
    [
        .. Shapes.AroundVectors.Select(columns => new ChannelView(3, columns, 1)),
        .. Shapes.AroundVectors.Select(rows => new ChannelView(1, 3, rows)),
        new(255, 5, 1), new(257, 33, 1), new(3000, 34, 1), new(1, 2, 4095), new(1, 2, 4097), new(1, 3, 12_000),
    ];

    /// <summary>Views without elements, as large as they may be.</summary>
    public static ChannelView[] Empty { get; } =
    [
        default, new(0, 4, 5), new(3, 4, 0), new(0, 4, 0), new(3, 0, 5), new(0, 4, 1),
        new(int.MaxValue / 4, 4, 0), new(0, 4, int.MaxValue / 4), new(int.MaxValue, 0, 1), new(1, 0, int.MaxValue), new(0, 2, 3, 4),
    ];

    /// <summary>Images of every depth and width around vectors, and windows that overlap, leave gaps, and begin in the padding.</summary>
    public static PoolingView[] Pooled { get; } =
    [
        .. Shapes.AroundVectors.Select(depth => Pooling(2, 5, 4, depth, 3, 2, 1)),
        .. Shapes.AroundVectors.Select(width => Pooling(3, 4, width + 1, 1, 2, 2, 0)),
        .. Shapes.AroundVectors.Select(width => Pooling(2, 5, width, 1, 3, 1, 1)),
        Pooling(2, 9, 70, 1, 2, 3, 1), Pooling(2, 9, 70, 1, 5, 2, 2), Pooling(2, 9, 70, 20, 5, 2, 2), Pooling(2, 9, 7, 33, 2, 3, 0),
    ];

    /// <summary>A view of planes of rows and columns, pooled by squares.</summary>
    public static PoolingView Pooling(int planes, int rows, int columns, int depth, int kernel, int stride, int padding) => new(
        planes,
        new PoolingAxis(rows, kernel, stride, padding, padding, Ceiling: false),
        new PoolingAxis(columns, kernel, stride, padding, padding, Ceiling: false),
        depth);

    /// <summary>The number of the set that an element belongs to.</summary>
    public static int SetOf(ChannelView view, int element) =>
        element / (view.Outer * view.Channels * view.Inner) * view.Channels + element / view.Inner % view.Channels;
}
