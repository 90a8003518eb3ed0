using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Average pooling: the mean of each window, each channel for itself.</summary>
/// <remarks>
/// <para>
/// y = Σx/(height·width of the kernel) over the window, whose part in the padding counts as zeros. Backward: each element of a
/// window gets dy/(height·width), added up where windows overlap.
/// </para>
/// <para>Shapes: as of <see cref="MaxPool2d"/>.</para>
/// </remarks>
/// <param name="kernel">Height and width of a window, at least 1.</param>
/// <param name="stride">How far apart windows begin, at least 1; the kernel where null, so that they do not overlap.</param>
/// <param name="padding">How far the first windows begin outside the image: from 0 to half the kernel.</param>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <exception cref="ArgumentOutOfRangeException">The kernel or the stride is below 1, the padding negative or more than half the kernel, or the channel axis neither 1 nor the last.</exception>
public sealed class AveragePool2d(Extent kernel, Extent? stride = null, Extent padding = default, int channelAxis = 1)
    : WindowPooling(kernel, stride, padding, channelAxis)
{
    private protected override void Pool(ReadOnlySpan<float> x, PoolingView view, Span<float> y) => AveragePooling.Forward(x, view, y);

    private protected override void PoolGradient(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx) =>
        AveragePooling.Backward(dy, view, dx);
}
