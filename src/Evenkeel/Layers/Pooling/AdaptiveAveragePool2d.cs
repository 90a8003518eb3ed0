using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Adaptive average pooling: the means of windows that divide images of any size into a number of about equal parts.</summary>
/// <remarks>
/// <para>
/// Window i of h covers the rows ⌊i·H/h⌋ to ⌈(i + 1)·H/h⌉ − 1, and columns likewise; y = Σx/n over its n pixels. Backward: each pixel
/// receives dy/n, summed where windows overlap.
/// </para>
/// <para>
/// Shapes: [N, C, H, W] to [N, C, h, w], or, with channel axis −1, [N, H, W, C] to [N, h, w, C]. <see cref="GlobalAveragePool2d"/> is
/// faster for one window.
/// </para>
/// </remarks>
/// <param name="size">The height and the width of the output, at least 1.</param>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the channel axis is neither 1 nor the last.</exception>
public sealed class AdaptiveAveragePool2d(Extent size, int channelAxis = 1) : Layer
{
    private readonly bool _channelLast = ImageShape.IsChannelLast(channelAxis, nameof(channelAxis));
    private ImageShape _shape;

    /// <summary>The height and the width of the output.</summary>
    public Extent Size { get; } = Extent.Check(size, 1, nameof(size));

    /// <summary>The axis of the channels: 1 or −1.</summary>
    public int ChannelAxis => _channelLast ? -1 : 1;

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input) => (ImageShape.Of(input, _channelLast) with { Size = Size }).Lengths;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _shape = ImageShape.Of(input.Lengths, _channelLast);
        Tensor<float> output = (_shape with { Size = Size }).Tensor(OutputMemory);
        AdaptivePooling.Forward(input.Elements(), Planes, Rows, Columns, Depth, output.Elements());
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = _shape.Tensor(InputGradients);
        AdaptivePooling.Backward(outputGradient.Elements(), Planes, Rows, Columns, Depth, gradient.Elements());
        return gradient;
    }

    private int Planes => _channelLast ? _shape.Samples : _shape.Samples * _shape.Channels;

    private int Depth => _channelLast ? _shape.Channels : 1;

    private AdaptivePooling.Axis Rows => new(_shape.Size.Height, Size.Height);

    private AdaptivePooling.Axis Columns => new(_shape.Size.Width, Size.Width);
}
