using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Onnx.Protos;

namespace Evenkeel.Onnx.Writing;

/// <summary>The attributes of the windows of a convolution or a pooling.</summary>
internal sealed record WindowAttributes
{
    private int[] Kernel { get; init; } = [];

    private int[] Strides { get; init; } = [];

    private int[] Pads { get; init; } = [];

    private int[]? Dilations { get; init; }

    private int? Groups { get; init; }

    /// <summary>Those of a convolution.</summary>
    /// <param name="convolution">The convolution.</param>
    /// <param name="x">Its input, with the channels first in the file.</param>
    public static WindowAttributes Of(ConvolutionLayer convolution, OnnxValue x)
    {
        Extent size = SizeOf(x);
        if (convolution is Conv2d images)
        {
            Conv2dOptions options = images.Options;
            return new WindowAttributes
            {
                Kernel = [images.Kernel.Height, images.Kernel.Width],
                Strides = [options.Stride.Height, options.Stride.Width],
                Pads = InNumbers(options.Padding, size, images.Kernel, options.Stride, options.Dilation),
                Dilations = [options.Dilation.Height, options.Dilation.Width],
                Groups = options.Groups,
            };
        }

        var sequences = (Conv1d)convolution;
        int[] pads = InNumbers(
            sequences.Options.Padding,
            size,
            new Extent(1, sequences.Kernel),
            new Extent(1, sequences.Options.Stride),
            new Extent(1, sequences.Options.Dilation));
        return new WindowAttributes
        {
            Kernel = [sequences.Kernel],
            Strides = [sequences.Options.Stride],
            Pads = [pads[1], pads[3]],
            Dilations = [sequences.Options.Dilation],
            Groups = sequences.Options.Groups,
        };
    }

    /// <summary>Those of a pooling.</summary>
    /// <param name="pooling">The pooling.</param>
    /// <param name="x">Its input, with the channels first in the file.</param>
    public static WindowAttributes Of(WindowPooling pooling, OnnxValue x) => new()
    {
        Kernel = [pooling.Kernel.Height, pooling.Kernel.Width],
        Strides = [pooling.Stride.Height, pooling.Stride.Width],
        Pads = InNumbers(pooling.Padding, SizeOf(x), pooling.Kernel, pooling.Stride, dilation: 1),
    };

    /// <summary>The attributes as a node has them.</summary>
    public AttributeProto[] ToAttributes()
    {
        var attributes = new List<AttributeProto>
        {
            GraphWriter.Attribute("kernel_shape", Kernel),
            GraphWriter.Attribute("strides", Strides),
            GraphWriter.Attribute("pads", Pads),
        };
        if (Dilations is not null)
        {
            attributes.Add(GraphWriter.Attribute("dilations", Dilations));
        }

        if (Groups is { } groups)
        {
            attributes.Add(GraphWriter.Attribute("group", (long)groups));
        }

        return [.. attributes];
    }

    private static Extent SizeOf(OnnxValue x)
    {
        nint[] size = x.IsTransposed ? x.Shape[..^1] : x.Shape[1..];
        return size.Length == 1 ? new Extent(1, (int)size[0]) : new Extent((int)size[0], (int)size[1]);
    }

    /// <summary>The padding in ONNX's order: above, to the left, below, to the right.</summary>
    private static int[] InNumbers(Padding padding, Extent size, Extent kernel, Extent stride, Extent dilation)
    {
        padding = padding.Of(size, kernel, stride, dilation);
        return [padding.Top, padding.Left, padding.Bottom, padding.Right];
    }
}
