using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Layers.Pooling;

/// <summary>Global average pooling: the mean of each channel of each image.</summary>
/// <remarks>
/// <para>y = Σx/(H·W). Backward: dx = dy/(H·W).</para>
/// <para>Shapes: [N, C, H, W], or, with channel axis −1, [N, H, W, C]; output [N, C].</para>
/// <para>Source: Lin, Chen and Yan, "Network In Network", 2013, arXiv 1312.4400.</para>
/// </remarks>
/// <param name="channelAxis">The axis of the channels: 1 for [N, C, H, W], −1 for [N, H, W, C].</param>
/// <exception cref="ArgumentOutOfRangeException">The channel axis is neither 1 nor the last.</exception>
public sealed class GlobalAveragePool2d(int channelAxis = 1) : Layer
{
    private readonly bool _channelLast = ImageShape.IsChannelLast(channelAxis, nameof(channelAxis));
    private ImageShape _shape;
    private ChannelView _view;
    private double[] _sums = [];

    /// <summary>The axis of the channels: 1 or −1.</summary>
    public int ChannelAxis => _channelLast ? -1 : 1;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _shape = ImageShape.Of(input.Lengths, _channelLast);
        _view = ChannelView.PerSample(input.Lengths, channelAxis);
        if (_sums.Length < _view.Sets)
        {
            _sums = new double[_view.Sets];
        }

        Tensor<float> output = OutputMemory.Get([_shape.Samples, _shape.Channels]);
        ChannelMean.Compute(input.Elements(), _view, _sums.AsSpan(0, _view.Sets), output.Elements());
        return output;
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        ImageShape shape = ImageShape.Of(input, _channelLast);
        return [shape.Samples, shape.Channels];
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = _shape.Tensor(InputGradients);
        ChannelMean.Backward(outputGradient.Elements(), _view, gradient.Elements());
        return gradient;
    }
}
