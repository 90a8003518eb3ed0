using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Images;

namespace Evenkeel.Layers.Pooling;

/// <summary>Pooling of images over windows, channel by channel.</summary>
public abstract class WindowPooling : Layer
{
    private readonly bool _channelLast;
    private ImageShape _shape;
    private PoolingView _view;

    private protected WindowPooling(Extent kernel, Extent? stride, Padding padding, int channelAxis, bool ceilMode)
    {
        Kernel = Extent.Check(kernel, 1, nameof(kernel));
        Stride = Extent.Check(stride ?? kernel, 1, nameof(stride));
        Padding = Padding.Check(padding, nameof(padding));
        CeilMode = ceilMode;
        _channelLast = ImageShape.IsChannelLast(channelAxis, nameof(channelAxis));
        if (Math.Max(padding.Top, padding.Bottom) >= kernel.Height || Math.Max(padding.Left, padding.Right) >= kernel.Width)
        {
            throw new ArgumentOutOfRangeException(
                nameof(padding), padding, $"The padding is {padding}; on each side it must be less than the kernel, which is {kernel}.");
        }
    }

    /// <summary>The axis of the channels: 1 or −1.</summary>
    public int ChannelAxis => _channelLast ? -1 : 1;

    /// <summary>Height and width of a window.</summary>
    public Extent Kernel { get; }

    /// <summary>The distance between windows.</summary>
    public Extent Stride { get; }

    /// <summary>The padding on each side of the image.</summary>
    public Padding Padding { get; }

    /// <summary>True if a last window may reach beyond the padding.</summary>
    public bool CeilMode { get; }

    /// <inheritdoc/>
    protected sealed override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        ImageShape shape = ImageShape.Of(input.Lengths, _channelLast);
        PoolingView view = View(shape);
        Tensor<float> output = Pooled(shape, view, input.Lengths).Tensor(OutputMemory);
        _shape = shape;
        _view = view;
        Pool(input.Elements(), view, output.Elements());
        return output;
    }

    /// <inheritdoc/>
    protected sealed override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = _shape.Tensor(InputGradients);
        PoolGradient(outputGradient.Elements(), _view, gradient.Elements());
        return gradient;
    }

    /// <inheritdoc/>
    public sealed override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        ImageShape shape = ImageShape.Of(input, _channelLast);
        return Pooled(shape, View(shape), input).Lengths;
    }

    /// <summary>Pools each window.</summary>
    private protected abstract void Pool(ReadOnlySpan<float> x, PoolingView view, Span<float> y);

    /// <summary>Computes the gradient of each element from those of the windows.</summary>
    private protected abstract void PoolGradient(ReadOnlySpan<float> dy, PoolingView view, Span<float> dx);

    private ImageShape Pooled(in ImageShape shape, PoolingView view, ReadOnlySpan<nint> input) =>
        view.Rows.Outputs >= 1 && view.Columns.Outputs >= 1
            ? shape with { Size = new Extent(view.Rows.Outputs, view.Columns.Outputs) }
            : throw new ArgumentException(
                $"The input {Shape.Describe(input)} has {shape.Size} pixels, padded by {Padding}; the kernel of {Kernel} is larger.",
                nameof(input));

    /// <summary>The windows along the rows and columns of images of a size.</summary>
    internal (PoolingAxis Rows, PoolingAxis Columns) Axes(Extent image)
    {
        Padding padding = Padding.Of(image, Kernel, Stride, dilation: 1);
        return (
            new PoolingAxis(image.Height, Kernel.Height, Stride.Height, padding.Top, padding.Bottom, CeilMode),
            new PoolingAxis(image.Width, Kernel.Width, Stride.Width, padding.Left, padding.Right, CeilMode));
    }

    private PoolingView View(in ImageShape shape)
    {
        (PoolingAxis rows, PoolingAxis columns) = Axes(shape.Size);
        return shape.ChannelLast
            ? new PoolingView(shape.Samples, rows, columns, shape.Channels)
            : new PoolingView(shape.Samples * shape.Channels, rows, columns, 1);
    }
}
