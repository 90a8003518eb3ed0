using Evenkeel.Layers;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Inference.Planning;

/// <summary>Chooses the layout of each node's output, and the nodes that need no copy.</summary>
internal sealed class Layouts
{
    /// <summary>Channels, in and out, from which on Winograd's method is faster, as measured.</summary>
    private const int MinWinogradChannels = 16;

    /// <summary>Floats between vectors, or a multiple of them, that put several into the same lines of the first-level cache.</summary>
    private const int AliasedFloats = 256;

    private readonly List<Node> _nodes;
    private readonly ImageOrders _orders;
    private readonly bool _winograd;
    private readonly ILookup<Node, Node> _readers;
    private readonly Dictionary<Node, ActivationLayout> _layouts;

    /// <summary>Chooses the layouts.</summary>
    /// <param name="nodes">The operations, after fusion.</param>
    /// <param name="orders">The order of the axes of images.</param>
    /// <param name="winograd">True to use Winograd's method for convolutions.</param>
    /// <exception cref="OverflowException">A sample is too large.</exception>
    public Layouts(List<Node> nodes, ImageOrders orders, bool winograd)
    {
        (_nodes, _orders, _winograd) = (nodes, orders, winograd);
        _readers = nodes.SelectMany(reader => reader.Operands.Distinct().Select(read => (read, reader))).ToLookup(
            edge => edge.read, edge => edge.reader);
        _layouts = nodes.ToDictionary(node => node, Choose);
    }

    /// <summary>The layout of a node's output: with the border that convolutions read, and whole vectors where vectors are read.</summary>
    public ActivationLayout this[Node node] => _layouts[node];

    /// <summary>The floats of a sample that a node reads and writes.</summary>
    public long FloatsPerSample(Node node) => this[node].LongSampleStride + node.Operands.Sum(read => this[read].LongSampleStride);

    /// <summary>True if the steps can read the caller's input directly.</summary>
    public bool IsReadDirectly(Node input)
    {
        ActivationLayout layout = this[input];
        return !layout.HasBorder && IsReadByElements(input)
            && (_orders.IsChannelLast(input) || layout.Channels == 1 || layout.Pixels == 1);
    }

    /// <summary>True if flattened images need no copy: linear layers, and the caller's output, read them in their order.</summary>
    public bool IsReadInPlace(Node flatten) =>
        _readers[flatten].All(reader => reader.Kind == NodeKind.Linear && reader.Residual != flatten);

    /// <summary>True if Winograd's method applies, and its transforms cost less than it saves.</summary>
    public bool IsForWinograd(Node node)
    {
        var layer = (Conv2d)node.Layer!;
        (int height, int width, _) = _orders.Images(node);
        return _winograd && layer.Kernel == Winograd.Kernel
            && layer.Options is { Groups: 1 } options && options.Stride == 1 && options.Dilation == 1
            && Math.Min(layer.Inputs, layer.Outputs) >= MinWinogradChannels
            && height % Winograd.Outputs == 0 && width % Winograd.Outputs == 0;
    }

    /// <summary>The padding of a convolution of images of a size, in numbers.</summary>
    public static Padding PaddingOf(Conv2d layer, int height, int width) =>
        layer.Options.Padding.Of(new Extent(height, width), layer.Kernel, layer.Options.Stride, layer.Options.Dilation);

    /// <summary>True for a convolution of each channel with its own filter.</summary>
    public static bool IsPerChannel(Conv2d layer) =>
        layer.Options.Groups > 1 && layer.Options.Groups == layer.Inputs && layer.Inputs == layer.Outputs;

    private ActivationLayout Choose(Node node)
    {
        (int height, int width, int channels) = _orders.Images(node);
        Extent border = 0;
        foreach (Node reader in _readers[node].Where(reader => reader.Kind == NodeKind.Convolution && reader.Inputs[0] == node))
        {
            Padding padding = PaddingOf((Conv2d)reader.Layer!, height, width);
            int rows = Math.Max(padding.Top, padding.Bottom), columns = Math.Max(padding.Left, padding.Right);
            border = new Extent(Math.Max(border.Height, rows), Math.Max(border.Width, columns));
        }

        bool byElements = node.Kind == NodeKind.Input && IsReadByElements(node);
        int stride = byElements ? channels : FullVector.RoundUp(channels);
        if (!byElements && height * width == 1 && stride % AliasedFloats == 0)
        {
            // Rows of a product at multiples of a page fall into the same few lines of the first-level cache.
            stride += CacheLine.Floats;
        }

        return new ActivationLayout(height, width, channels, stride, border.Height, border.Width);
    }

    /// <summary>True if linear layers and convolutions alone read a node, element by element.</summary>
    private bool IsReadByElements(Node node) => node != _nodes[^1] && _readers[node].All(reader =>
        reader.Residual != node
        && (reader.Kind == NodeKind.Linear
            || (reader.Layer is Conv2d convolution && !IsPerChannel(convolution) && !IsForWinograd(reader))
            || (reader.Kind == NodeKind.Flatten && IsReadInPlace(reader) && reader != _nodes[^1])));
}
