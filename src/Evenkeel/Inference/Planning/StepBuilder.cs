using Evenkeel.Inference.Steps;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Normalization;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Inference.Planning;

/// <summary>Chooses the layouts of activations, and makes the steps.</summary>
internal sealed class StepBuilder
{
    /// <summary>Channels, in and out, from which on Winograd's method is faster, as measured.</summary>
    private const int LeastWinogradChannels = 16;

    /// <summary>Floats that an operation reads and writes in a run: they stay in a second-level cache.</summary>
    private const long WantedFloats = 128 * 1024;

    /// <summary>Rows of a product's tile.</summary>
    private const int WholeTile = 8;

    private const int MaxSamples = 64;

    /// <summary>Floats between vectors, or a multiple of them, that put several into the same lines of the first-level cache.</summary>
    private const int AliasedFloats = 256;

    private readonly List<Node> _nodes;
    private readonly ImageOrders _orders;
    private readonly List<(Node Node, Step Step)> _steps = [];
    private readonly bool _winograd;
    private readonly LayerTypes? _types;
    private readonly int _samples;

    private StepBuilder(List<Node> nodes, ImageOrders orders, bool winograd, LayerTypes? types)
    {
        (_nodes, _orders, _winograd, _types) = (nodes, orders, winograd, types);
        int samples = (int)Math.Clamp(WantedFloats / nodes.Max(FloatsPerSample), 1, MaxSamples);
        _samples = samples < WholeTile ? samples : samples / WholeTile * WholeTile;
    }

    /// <summary>Makes the steps of operations.</summary>
    /// <param name="nodes">The operations, after fusion.</param>
    /// <param name="orders">The order of the axes of images.</param>
    /// <param name="winograd">True to use Winograd's method for convolutions.</param>
    /// <param name="types">The layers of the user's own; null for none.</param>
    /// <returns>The steps, each with its operation, and the largest number of samples of a run.</returns>
    public static (IReadOnlyList<(Node Node, Step Step)> Steps, int Samples) Build(
        List<Node> nodes, ImageOrders orders, bool winograd, LayerTypes? types)
    {
        var builder = new StepBuilder(nodes, orders, winograd, types);
        foreach (Node node in nodes)
        {
            builder.Add(node);
        }

        Node last = nodes[^1];
        builder._steps.Add((last, new StoreStep(orders.IsChannelLast(Source(last)), Source(last).Output!)));
        return (builder._steps, builder._samples);
    }

    /// <summary>The operation whose activations a node reads or is: images are flattened where they lie.</summary>
    private static Node Source(Node node) => node is { Kind: NodeKind.Flatten, Output: null } ? Source(node.Inputs[0]) : node;

    private static Activations? ResidualOf(Node node) => node.Residual is null ? null : Source(node.Residual).Output;

    private void Add(Node node)
    {
        if (node.Kind == NodeKind.Flatten && IsReadInPlace(node))
        {
            return;
        }

        node.Output = new Activations(Layout(node)) { IsInput = node.Kind == NodeKind.Input && IsReadWhereItLies(node) };
        if (node.Output.IsInput)
        {
            return;
        }

        _steps.Add((node, MakeStep(node, node.Output)));
    }

    private Step MakeStep(Node node, Activations target)
    {
        Activations source = node.Inputs.Count == 0 ? target : Source(node.Inputs[0]).Output!;
        return node.Kind switch
        {
            NodeKind.Input => new LoadStep(_orders.IsChannelLast(node), target),
            NodeKind.Linear => LinearStep(node, (Linear)node.Layer!, source, target),
            NodeKind.Convolution => ConvolutionStep(node, (Conv2d)node.Layer!, source, target),
            NodeKind.Affine => AffineStep(node, (RunningNormalization)node.Layer!, source, target),
            NodeKind.Activation => ActivationStep(node.Layer!, source, target),
            NodeKind.Scale => ScaleStep(node.Layer, source, target),
            NodeKind.Pooling => PoolingStep((WindowPooling)node.Layer!, source, target),
            NodeKind.Mean => new MeanStep(source, target),
            NodeKind.Flatten => new FlattenStep(_orders.IsChannelLast(node.Inputs[0]), source, target),
            NodeKind.Sum => new MapStep<ActivationFormulas.Add>(
                node.Relu ? "sum + relu" : "sum", new(node.Relu), source, Source(node.Inputs[1]).Output!, target),
            _ => new LayerStep(
                node.Layer!,
                _types,
                node.Inputs[0].Shape,
                _orders.IsChannelLast(node.Inputs[0]),
                _orders.IsChannelLast(node),
                source,
                target),
        };
    }

    private ProductStep LinearStep(Node node, Linear linear, Activations source, Activations target)
    {
        bool channelLast = _orders.IsChannelLast(Source(node.Inputs[0]));
        ActivationLayout layout = source.Layout;
        var segments = new List<DepthSegments.Segment>();
        if (channelLast)
        {
            for (int pixel = 0; pixel < layout.Pixels; pixel++)
            {
                int offset = layout.Offset(pixel / layout.Width, pixel % layout.Width);
                segments.Add(new DepthSegments.Segment { Offset = offset, Length = layout.Channels });
            }
        }
        else
        {
            for (int i = 0; i < layout.Channels * layout.Height; i++)
            {
                int offset = layout.Offset(i % layout.Height, 0) + i / layout.Height;
                segments.Add(new DepthSegments.Segment { Offset = offset, Length = layout.Width });
            }
        }

        var matrix = new PackedMatrix(
            new MatrixView(linear.Weight.Values, linear.Outputs, linear.Inputs).Transposed,
            linear.Bias is null ? [] : linear.Bias.Values,
            balanced: false);
        Activations? residual = ResidualOf(node);
        var product = new PackedProduct(
            matrix, Rows(source, target, residual, static (_, _) => 0), [.. segments], channelLast ? 1 : layout.PixelStride)
        {
            Relu = node.Relu,
        };
        return new ProductStep("linear", [product], 0, source, target, residual);
    }

    private Step ConvolutionStep(Node node, Conv2d layer, Activations source, Activations target)
    {
        Conv2dOptions options = layer.Options;
        ActivationLayout layout = source.Layout;
        Activations? residual = ResidualOf(node);
        if (IsForWinograd(node, layer))
        {
            return new WinogradStep(
                layer.Weight.Values,
                layer.Bias is null ? [] : layer.Bias.Values,
                (options.Padding.Height, options.Padding.Width),
                node.Relu,
                source,
                target,
                residual);
        }

        RowOffsets rows = Rows(source, target, residual, (row, column) => layout.Offset(
            row * options.Stride.Height - options.Padding.Height, column * options.Stride.Width - options.Padding.Width));
        bool perChannel = IsPerChannel(layer);
        int groups = perChannel ? 1 : options.Groups;
        int inputs = layer.Inputs / options.Groups, outputs = layer.Outputs / groups;
        int taps = layer.Kernel.Height * layer.Kernel.Width;
        var segments = new DepthSegments.Segment[taps];
        for (int tap = 0; tap < taps; tap++)
        {
            int row = tap / layer.Kernel.Width * options.Dilation.Height, column = tap % layer.Kernel.Width * options.Dilation.Width;
            segments[tap] = new DepthSegments.Segment
            {
                Offset = row * layout.RowStride + column * layout.PixelStride,
                Length = inputs,
            };
        }

        var products = new PackedProduct[groups];
        for (int group = 0; group < groups; group++)
        {
            ReadOnlySpan<float> weights = layer.Weight.Values.Slice(group * outputs * inputs * taps, outputs * inputs * taps);
            var matrix = new PackedMatrix(
                new MatrixView(ImageFilters.ChannelLast(weights, outputs, inputs, taps), outputs, inputs * taps).Transposed,
                layer.Bias is null ? [] : layer.Bias.Values.Slice(group * outputs, outputs),
                balanced: true);
            products[group] = new PackedProduct(matrix, rows, segments, 1)
            {
                Relu = node.Relu,
                IsPerColumn = perChannel,
                IsExact = groups > 1,
            };
        }

        return new ProductStep("convolution", products, inputs, source, target, residual);
    }

    /// <summary>The offsets of the rows of some samples, as many as give enough rows.</summary>
    private RowOffsets Rows(Activations source, Activations target, Activations? residual, Func<int, int, int> windowOffset)
    {
        ActivationLayout results = target.Layout;
        int samples = Math.Clamp(ProductStep.RowsPerBlock / results.Pixels, 1, _samples);
        return new RowOffsets(samples * results.Pixels, index =>
        {
            (int sample, int pixel) = Math.DivRem(index, results.Pixels);
            (int row, int column) = Math.DivRem(pixel, results.Width);
            return new RowOffsets.Row(
                sample * source.Layout.SampleStride + windowOffset(row, column),
                sample * results.SampleStride + results.Offset(row, column),
                residual is null ? 0 : sample * residual.Layout.SampleStride + residual.Layout.Offset(row, column));
        });
    }

    private static MapStep<ActivationFormulas.Affine> AffineStep(
        Node node, RunningNormalization normalization, Activations source, Activations target)
    {
        SetBuffers coefficients = normalization.InferenceCoefficients();
        var formula = new ActivationFormulas.Affine(coefficients.Center, coefficients.Scale, coefficients.Shift, node.Relu);
        return new(node.Relu ? "affine + relu" : "affine", formula, source, null, target, formula.Bytes);
    }

    private static Step ActivationStep(Layer layer, Activations source, Activations target) => layer switch
    {
        Tanh => new MapStep<ActivationFormulas.Activation<TanhFunction>>("tanh", default, source, null, target),
        Sigmoid => new MapStep<ActivationFormulas.Activation<SigmoidFunction>>("sigmoid", default, source, null, target),
        _ => new MapStep<ActivationFormulas.Activation<ReluFunction>>("relu", default, source, null, target),
    };

    private static MapStep<ActivationFormulas.Scale> ScaleStep(Layer? layer, Activations source, Activations target)
    {
        double factor = layer is Dropout { Kind: DropoutKind.Classic } dropout ? dropout.Kept : 1;
        return new(factor == 1 ? "copy" : "scale", new(factor), source, null, target);
    }

    private static Step PoolingStep(WindowPooling layer, Activations source, Activations target)
    {
        ActivationLayout layout = source.Layout;
        var rows = new PoolingAxis(layout.Height, layer.Kernel.Height, layer.Stride.Height, layer.Padding.Height);
        var columns = new PoolingAxis(layout.Width, layer.Kernel.Width, layer.Stride.Width, layer.Padding.Width);
        return layer is MaxPool2d
            ? new PoolingStep<ActivationPooling.Max>("max pool", rows, columns, source, target)
            : new PoolingStep<ActivationPooling.Average>("average pool", rows, columns, source, target);
    }

    /// <summary>The floats of a sample that a node reads and writes.</summary>
    private long FloatsPerSample(Node node) =>
        Layout(node).LongSampleStride + node.Read.Sum(read => Layout(read).LongSampleStride);

    /// <summary>The layout of a node's output: with the border that convolutions read, and whole vectors where vectors are read.</summary>
    private ActivationLayout Layout(Node node)
    {
        (int height, int width, int channels) = _orders.Images(node);
        Extent border = 0;
        foreach (Node reader in Readers(node).Where(reader => reader.Kind == NodeKind.Convolution && reader.Inputs[0] == node))
        {
            Extent padding = ((Conv2d)reader.Layer!).Options.Padding;
            border = new Extent(Math.Max(border.Height, padding.Height), Math.Max(border.Width, padding.Width));
        }

        bool byElements = node.Kind == NodeKind.Input && IsReadByElements(node);
        int stride = byElements ? channels : checked((channels + FullVector.Count - 1) / FullVector.Count * FullVector.Count);
        if (!byElements && height * width == 1 && stride % AliasedFloats == 0)
        {
            // Rows of a product at multiples of a page fall into the same few lines of the first-level cache.
            stride += CacheLine.Floats;
        }

        return new ActivationLayout(height, width, channels, stride, border.Height, border.Width);
    }

    /// <summary>True if the caller's input needs no copy.</summary>
    private bool IsReadWhereItLies(Node input)
    {
        ActivationLayout layout = Layout(input);
        return !layout.HasBorder && IsReadByElements(input)
            && (_orders.IsChannelLast(input) || layout.Channels == 1 || layout.Pixels == 1);
    }

    /// <summary>True if linear layers and convolutions alone read a node, element by element.</summary>
    private bool IsReadByElements(Node node) => Readers(node).All(reader =>
        reader.Residual != node
        && (reader.Kind == NodeKind.Linear
            || (reader.Layer is Conv2d convolution && !IsPerChannel(convolution) && !IsForWinograd(reader, convolution))
            || (reader.Kind == NodeKind.Flatten && IsReadInPlace(reader) && reader != _nodes[^1])))
        && node != _nodes[^1];

    /// <summary>True if flattened images need no copy: linear layers, and the caller's output, read them in their order.</summary>
    private bool IsReadInPlace(Node flatten) =>
        Readers(flatten).All(reader => reader.Kind == NodeKind.Linear && reader.Residual != flatten);

    private IEnumerable<Node> Readers(Node node) => _nodes.Where(reader => reader.Read.Contains(node));

    /// <summary>True if Winograd's method applies, and its transforms cost less than it saves.</summary>
    private bool IsForWinograd(Node node, Conv2d layer)
    {
        (int height, int width, _) = _orders.Images(node);
        return _winograd && layer.Kernel == 3
            && layer.Options is { Groups: 1 } options && options.Stride == 1 && options.Dilation == 1
            && Math.Min(layer.Inputs, layer.Outputs) >= LeastWinogradChannels
            && height % Winograd.Outputs == 0 && width % Winograd.Outputs == 0;
    }

    private static bool IsPerChannel(Conv2d layer) =>
        layer.Options.Groups > 1 && layer.Options.Groups == layer.Inputs && layer.Inputs == layer.Outputs;
}
