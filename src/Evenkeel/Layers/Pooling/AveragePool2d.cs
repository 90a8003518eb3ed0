using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Average pooling: the mean of each window, channel by channel.</summary>
/// <remarks>
/// <para>
/// y = Σx/(height·width of the kernel) over the window, in which padding counts as zeros. Backward: each element of a window receives
/// dy/(height·width), summed where windows overlap.
/// </para>
/// <para>Shapes: as for <see cref="MaxPool2d"/>.</para>
/// </remarks>
/// <param name="kernel">Height and width of a window, at least 1.</param>
/// <param name="stride">The distance between windows, at least 1; the kernel if null, so that windows do not overlap.</param>
/// <param name="padding">The padding on each side of the image: from 0 to half the kernel.</param>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <exception cref="ArgumentOutOfRangeException">
/// The kernel or the stride is below 1, the padding is negative or more than half the kernel, or the channel axis is neither 1 nor the
/// last.
/// </exception>
public sealed class AveragePool2d(Extent kernel, Extent? stride = null, Extent padding = default, int channelAxis = 1)
    : WindowPooling(kernel, stride, padding, channelAxis)
{
    private protected override void Pool(ReadOnlySpan<float> x, PoolingView view, Span<float> y) => AveragePooling.Forward(x, view, y);

    private protected override void PoolGradient(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx) =>
        AveragePooling.Backward(dy, view, dx);
}
