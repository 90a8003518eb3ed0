using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Average pooling: the mean of each window, channel by channel.</summary>
/// <remarks>
/// <para>
/// y = Σx/n over the window, with n its elements: height·width of the kernel, in which padding counts as zeros, but for what
/// <paramref name="ceilMode"/> adds behind the padding. Backward: each element of a window receives dy/n, summed where windows overlap.
/// </para>
/// <para>Shapes: as for <see cref="MaxPool2d"/>.</para>
/// </remarks>
/// <param name="kernel">Height and width of a window, at least 1.</param>
/// <param name="stride">The distance between windows, at least 1; the kernel if null, so that windows do not overlap.</param>
/// <param name="padding">The padding on each side of the image: at least 0, and less than the kernel.</param>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <param name="ceilMode">
/// True for ⌈…⌉ in place of ⌊…⌋ in the size of the output: a last window may reach beyond the padding, if it does not start beyond the
/// image and the padding before it.
/// </param>
/// <param name="countIncludePad">
/// True to divide by the elements of the window and of the padding in it; false to divide by the elements of the image alone.
/// </param>
/// <exception cref="ArgumentOutOfRangeException">
/// The kernel or the stride is below 1, the padding is negative or not less than the kernel, or the channel axis is neither 1 nor the
/// last.
/// </exception>
public sealed class AveragePool2d(
    Extent kernel,
    Extent? stride = null,
    Padding padding = default,
    int channelAxis = 1,
    bool ceilMode = false,
    bool countIncludePad = true)
    : WindowPooling(kernel, stride, padding, channelAxis, ceilMode)
{
    private float[] _quotients = [];

    /// <summary>True if means count the padding.</summary>
    public bool CountIncludePad => countIncludePad;

    private protected override void Pool(ReadOnlySpan<float> x, PoolingView view, Span<float> y) =>
        AveragePooling.Forward(x, view, countIncludePad, y);

    private protected override void PoolGradient(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx)
    {
        int length = AveragePooling.HasEqualCounts(view, countIncludePad) ? 0 : view.OutputLength;
        if (_quotients.Length < length)
        {
            _quotients = GC.AllocateUninitializedArray<float>(length);
        }

        AveragePooling.Backward(dy, view, countIncludePad, _quotients.AsSpan(0, length), dx);
    }
}
