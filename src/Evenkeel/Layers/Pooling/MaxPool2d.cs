using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Max pooling: the largest element of each window, channel by channel.</summary>
/// <remarks>
/// <para>
/// y = max of x over the window, padding excluded. Backward: dy goes to the largest element, the first one if several are equal, and is
/// summed where windows overlap. NaN counts as larger than any number.
/// </para>
/// <para>
/// Shapes: [N, C, H, W] to [N, C, H′, W′], or, with channel axis −1, [N, H, W, C] to [N, H′, W′, C], with
/// H′ = ⌊(H + padding − kernel)/stride⌋ + 1, with the padding of both sides, and W′ likewise.
/// </para>
/// </remarks>
/// <param name="kernel">Height and width of a window, at least 1.</param>
/// <param name="stride">The distance between windows, at least 1; the kernel if null, so that windows do not overlap.</param>
/// <param name="padding">The padding on each side of the image: at least 0, and less than the kernel.</param>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <param name="ceilMode">
/// True for ⌈…⌉ in place of ⌊…⌋ in the size of the output: a last window may reach beyond the padding, if it does not start beyond the
/// image and the padding before it.
/// </param>
/// <exception cref="ArgumentOutOfRangeException">
/// The kernel or the stride is below 1, the padding is negative or not less than the kernel, or the channel axis is neither 1 nor the
/// last.
/// </exception>
public sealed class MaxPool2d(Extent kernel, Extent? stride = null, Padding padding = default, int channelAxis = 1, bool ceilMode = false)
    : WindowPooling(kernel, stride, padding, channelAxis, ceilMode)
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
