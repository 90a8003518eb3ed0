using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Max pooling: the largest element of each window, each channel for itself.</summary>
/// <remarks>
/// <para>
/// y = max of x over the window, without its part in the padding. Backward: dy goes to the element that was the largest, the first
/// of them where several are equal, and is added up where windows overlap. NaN counts as larger than any number.
/// </para>
/// <para>
/// Shapes: [N, C, H, W] to [N, C, H′, W′], or, with channel axis −1, [N, H, W, C] to [N, H′, W′, C], with
/// H′ = ⌊(H + 2·padding − kernel)/stride⌋ + 1, and W′ likewise.
/// </para>
/// </remarks>
/// <param name="kernel">Height and width of a window, at least 1.</param>
/// <param name="stride">How far apart windows begin, at least 1; the kernel where null, so that they do not overlap.</param>
/// <param name="padding">How far the first windows begin outside the image: from 0 to half the kernel.</param>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <exception cref="ArgumentOutOfRangeException">The kernel or the stride is below 1, the padding negative or more than half the kernel, or the channel axis neither 1 nor the last.</exception>
public sealed class MaxPool2d(Extent kernel, Extent? stride = null, Extent padding = default, int channelAxis = 1)
    : WindowPooling(kernel, stride, padding, channelAxis)
{
    private int[] _winners = [];

    private protected override void Pool(ReadOnlySpan<float> x, PoolingView view, Span<float> y)
    {
        if (_winners.Length < view.OutputLength)
        {
            _winners = GC.AllocateUninitializedArray<int>(view.OutputLength);
        }

        MaxPooling.Forward(x, view, y, _winners.AsSpan(0, view.OutputLength));
    }

    private protected override void PoolGradient(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx) =>
        MaxPooling.Backward(dy, _winners.AsSpan(0, view.OutputLength), view, dx);
}
