using System.Diagnostics;
using Evenkeel.Inference.Steps;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Columns;
using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Scaling;

namespace Evenkeel.Inference.Planning;

/// <summary>Makes the steps.</summary>
internal sealed class StepBuilder
{
    /// <summary>Floats that an operation may read and write in a sub-batch: they stay in a second-level cache.</summary>
    private const long MaxFloatsPerSubBatch = 128 * 1024;

    private const int MaxSamples = 64;

    private readonly ImageOrders _orders;
    private readonly Layouts _layouts;
    private readonly List<(Node Node, Step Step)> _steps = [];
    private readonly LayerTypes? _types;
    private readonly int _samples;

    private StepBuilder(List<Node> nodes, ImageOrders orders, Layouts layouts, LayerTypes? types)
    {
        (_orders, _layouts, _types) = (orders, layouts, types);
        int samples = (int)Math.Clamp(MaxFloatsPerSubBatch / nodes.Max(layouts.FloatsPerSample), 1, MaxSamples);
        _samples = samples < ProductStep.TileRows ? samples : samples / ProductStep.TileRows * ProductStep.TileRows;
    }

    /// <summary>Makes the steps of operations.</summary>
    /// <param name="nodes">The operations, after fusion.</param>
    /// <param name="orders">The order of the axes of images.</param>
    /// <param name="layouts">The layouts.</param>
    /// <param name="types">The layers of the user's own; null for none.</param>
    /// <returns>The steps, each with its operation, and the largest number of samples of a sub-batch.</returns>
    public static (IReadOnlyList<(Node Node, Step Step)> Steps, int Samples) Build(
        List<Node> nodes, ImageOrders orders, Layouts layouts, LayerTypes? types)
    {
        var builder = new StepBuilder(nodes, orders, layouts, types);
        foreach (Node node in nodes)
        {
            builder.Add(node);
        }

        Node last = nodes[^1];
        builder._steps.Add((last, new StoreStep(orders.IsChannelLast(Source(last)), Source(last).Output!)));
        return (builder._steps, builder._samples);
    }

    /// <summary>The node that holds a node's output: a flatten that needs no copy has that of its input.</summary>
    private static Node Source(Node node) => node is { Kind: NodeKind.Flatten, Output: null } ? Source(node.Inputs[0]) : node;

    private static ActivationBuffer? ResidualOf(Node node) => node.Residual is null ? null : Source(node.Residual).Output;

    private void Add(Node node)
    {
        if (node.Kind == NodeKind.Flatten && _layouts.IsReadInPlace(node))
        {
            return;
        }

        node.Output = new ActivationBuffer(_layouts[node])
        {
            IsInput = node.Kind == NodeKind.Input && _layouts.IsReadDirectly(node),
        };
        if (!node.Output.IsInput)
        {
            _steps.Add((node, MakeStep(node, node.Output)));
        }
    }

    private Step MakeStep(Node node, ActivationBuffer target)
    {
        ActivationBuffer source = node.Inputs.Count == 0 ? target : Source(node.Inputs[0]).Output!;
        return node.Kind switch
        {
            NodeKind.Input => new LoadStep(_orders.IsChannelLast(node), target),
            NodeKind.Linear => LinearStep(node, (Linear)node.Layer!, source, target),
            NodeKind.Convolution => ConvolutionStep(node, (Conv2d)node.Layer!, source, target),
            NodeKind.Affine => AffineStep(node, source, target),
            NodeKind.Activation => ActivationStep(node.Layer!, source, target),
            NodeKind.Scale => new MapStep<ActivationFormulas.Scale>("scale", new(((Dropout)node.Layer!).Kept), source, null, target),
            NodeKind.Scaling => ScalingStep(node.Scaler!, source, target),
            NodeKind.Copy => new MapStep<ActivationFormulas.Scale>("copy", new(1), source, null, target),
            NodeKind.Pooling => PoolingStep((WindowPooling)node.Layer!, source, target),
            NodeKind.Mean => new MeanStep(source, target),
            NodeKind.Flatten => new FlattenStep(_orders.IsChannelLast(node.Inputs[0]), source, target),
            NodeKind.Sum => new MapStep<ActivationFormulas.Add>(
                node.Relu ? "sum + relu" : "sum", new(node.Relu), source, Source(node.Inputs[1]).Output!, target),
            NodeKind.Product => new MapStep<ActivationFormulas.Multiply>(
                "product", default, source, Source(node.Inputs[1]).Output!, target),
            NodeKind.ChannelProduct => new ChannelProductStep(source, Source(node.Inputs[1]).Output!, target),
            NodeKind.Concatenation => new ConcatenationStep([.. node.Inputs.Select(input => Source(input).Output!)], target),
            NodeKind.Embedding => EmbeddingStep(node, source, target),
            NodeKind.Other => LayerStep(node, source, target),
            _ => throw new UnreachableException(),
        };
    }

    private EmbeddingStep EmbeddingStep(Node node, ActivationBuffer source, ActivationBuffer target)
    {
        Node input = node.Inputs[0];
        if (node.Layer is Embedding embedding)
        {
            int[] codes = [.. Enumerable.Range(0, source.Layout.Channels * source.Layout.Pixels)];
            var all = new EmbeddingStep.Lookup(
                0,
                Array.ConvertAll(codes, i => _orders.Offset(Source(input), source.Layout, i)),
                embedding.Weight.Values.ToArray(),
                embedding.Categories,
                Array.ConvertAll(codes, i => _orders.Offset(node, target.Layout, i * embedding.Dimension)),
                _orders.IsChannelLast(node) ? 1 : target.Layout.PixelStride);
            return new EmbeddingStep(input.Shape, [], [all], source, target);
        }

        var layer = (CategoryEmbedding)node.Layer!;
        var others = new List<EmbeddingStep.Copy>();
        int start = 0;
        foreach ((int first, int count) in layer.Others((int)input.Shape[0]))
        {
            others.Add(new(first, count, start));
            start += count;
        }

        var lookups = new List<EmbeddingStep.Lookup>();
        foreach ((CategoryColumn column, Parameter weight) in layer.Columns.Zip(layer.Parameters))
        {
            lookups.Add(new(column.Column, [column.Column], weight.Values.ToArray(), column.Categories, [start], 1));
            start += column.Dimension;
        }

        return new EmbeddingStep(input.Shape, [.. others], [.. lookups], source, target);
    }

    private LayerStep LayerStep(Node node, ActivationBuffer source, ActivationBuffer target)
    {
        Node input = node.Inputs[0];
        try
        {
            return new LayerStep(
                node.Layer!, _types, input.Shape, node.Shape, _orders.IsChannelLast(input), _orders.IsChannelLast(node), source, target);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException(
                $"A predictor runs copies of {NetworkSummary.Describe(node.Layer!, node.Path)}. {e.Message} Pass types of your own as "
                + $"{nameof(PredictorOptions)}.{nameof(PredictorOptions.Types)}.",
                e);
        }
    }

    private ProductStep LinearStep(Node node, Linear linear, ActivationBuffer source, ActivationBuffer target)
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
        ActivationBuffer? residual = ResidualOf(node);
        var product = new PackedProduct(
            matrix, Rows(source, target, residual, static (_, _) => 0), [.. segments], channelLast ? 1 : layout.PixelStride)
        {
            Relu = node.Relu,
        };
        return new ProductStep("linear", [product], 0, source, target, residual);
    }

    private Step ConvolutionStep(Node node, Conv2d layer, ActivationBuffer source, ActivationBuffer target)
    {
        Conv2dOptions options = layer.Options;
        ActivationLayout layout = source.Layout;
        Padding padding = Layouts.PaddingOf(layer, layout.Height, layout.Width);
        ActivationBuffer? residual = ResidualOf(node);
        if (_layouts.IsForWinograd(node))
        {
            return new WinogradStep(
                layer.Weight.Values,
                layer.Bias is null ? [] : layer.Bias.Values,
                (padding.Top, padding.Left),
                node.Relu,
                source,
                target,
                residual);
        }

        RowOffsets rows = Rows(source, target, residual, (row, column) => layout.Offset(
            row * options.Stride.Height - padding.Top, column * options.Stride.Width - padding.Left));
        DepthSegments.Segment[] segments = Window(layer, layout);
        bool perChannel = Layouts.IsPerChannel(layer);
        var products = new PackedProduct[perChannel ? 1 : options.Groups];
        for (int group = 0; group < products.Length; group++)
        {
            products[group] = new PackedProduct(PackFilters(layer, group, products.Length), rows, segments, 1)
            {
                Relu = node.Relu,
                IsPerColumn = perChannel,
                KeepsNextColumns = products.Length > 1,
            };
        }

        return new ProductStep("convolution", products, layer.Inputs / options.Groups, source, target, residual);
    }

    /// <summary>The elements of a window, tap by tap.</summary>
    private static DepthSegments.Segment[] Window(Conv2d layer, in ActivationLayout layout)
    {
        Extent kernel = layer.Kernel, dilation = layer.Options.Dilation;
        var segments = new DepthSegments.Segment[kernel.Height * kernel.Width];
        for (int tap = 0; tap < segments.Length; tap++)
        {
            int row = tap / kernel.Width * dilation.Height, column = tap % kernel.Width * dilation.Width;
            segments[tap] = new DepthSegments.Segment
            {
                Offset = row * layout.RowStride + column * layout.PixelStride,
                Length = layer.Inputs / layer.Options.Groups,
            };
        }

        return segments;
    }

    /// <summary>Packs the filters of one of several groups of outputs.</summary>
    private static PackedMatrix PackFilters(Conv2d layer, int group, int groups)
    {
        int inputs = layer.Inputs / layer.Options.Groups, outputs = layer.Outputs / groups;
        int taps = layer.Kernel.Height * layer.Kernel.Width, length = outputs * inputs * taps;
        float[] filters = ImageFilters.ChannelLast(layer.Weight.Values.Slice(group * length, length), outputs, inputs, taps);
        return new PackedMatrix(
            new MatrixView(filters, outputs, inputs * taps).Transposed,
            layer.Bias is null ? [] : layer.Bias.Values.Slice(group * outputs, outputs),
            balanced: true);
    }

    /// <summary>The offsets of the rows of one or more samples, about <see cref="ProductStep.RowsPerBlock"/> rows.</summary>
    private RowOffsets Rows(ActivationBuffer source, ActivationBuffer target, ActivationBuffer? residual, Func<int, int, int> windowOffset)
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

    private static MapStep<ActivationFormulas.Affine> AffineStep(Node node, ActivationBuffer source, ActivationBuffer target)
    {
        ActivationFormulas.Affine formula;
        if (node.Layer is ChannelAffine affine)
        {
            ReadOnlySpan<float> zeros = new float[affine.Channels];
            formula = new(zeros, affine.Weight.Values, affine.Bias is null ? zeros : affine.Bias.Values, node.Relu);
        }
        else
        {
            SetBuffers coefficients = ((RunningNormalization)node.Layer!).InferenceCoefficients();
            formula = new(coefficients.Center, coefficients.Scale, coefficients.Shift, node.Relu);
        }

        return new(node.Relu ? "affine + relu" : "affine", formula, source, null, target, formula.Bytes);
    }

    private static Step ActivationStep(Layer layer, ActivationBuffer source, ActivationBuffer target)
    {
        return layer switch
        {
            Tanh => Plain<TanhFunction>("tanh"),
            Sigmoid => Plain<SigmoidFunction>("sigmoid"),
            Relu => Plain<ReluFunction>("relu"),
            Silu => With("silu", default(SiluFunction)),
            Gelu { Approximate: true } => With("gelu", default(GeluTanhFunction)),
            Gelu => With("gelu", default(GeluFunction)),
            HardSwish => With("hard swish", default(HardSwishFunction)),
            LeakyRelu leaky => With("leaky relu", leaky.Function),
            HardSigmoid hard => With("hard sigmoid", hard.Function),
            Clamp clamp => With("clamp", clamp.Function),
            _ => throw new UnreachableException(),
        };

        MapStep<ActivationFormulas.Activation<T>> Plain<T>(string name)
            where T : struct, IActivation => new(name, default, source, null, target);

        MapStep<ActivationFormulas.Function<T>> With<T>(string name, T function)
            where T : struct, IElementFunction => new(name, new(function), source, null, target);
    }

    private static MapStep<ActivationFormulas.Scaling> ScalingStep(Scaler scaler, ActivationBuffer source, ActivationBuffer target)
    {
        ScalerFolding.ColumnMaps maps = ScalerFolding.Maps(scaler, source.Layout.Channels, "network");
        var formula = new ActivationFormulas.Scaling(new ColumnMap(maps.Centers, maps.Scales, maps.Shifts));
        return new("scale", formula, source, null, target, formula.Bytes);
    }

    private static Step PoolingStep(WindowPooling layer, ActivationBuffer source, ActivationBuffer target)
    {
        (PoolingAxis rows, PoolingAxis columns) = layer.Axes(new Extent(source.Layout.Height, source.Layout.Width));
        return layer switch
        {
            MaxPool2d => new PoolingStep<ActivationPooling.Max>("max pool", rows, columns, source, target),
            AveragePool2d { CountIncludePad: true } =>
                new PoolingStep<ActivationPooling.Average>("average pool", rows, columns, source, target),
            AveragePool2d => new PoolingStep<ActivationPooling.AverageInside>("average pool", rows, columns, source, target),
            _ => throw new UnreachableException(),
        };
    }
}
