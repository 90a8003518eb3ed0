using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Models;

/// <summary>Layers that neither normalize nor contain others, but for activation functions.</summary>
internal static class PlainKinds
{
    private const string Bias = "bias";
    private const string ChannelAxis = "channel_axis";
    private const string Categories = "categories";
    private const string Columns = "columns";
    private const string Dimension = "dimension";
    private const string Weight = "weight";
    private const string PaddingField = "padding";
    private const string Same = "same";
    private const string CeilMode = "ceil_mode";
    private const string CountIncludePad = "count_include_pad";

    /// <summary>The kinds.</summary>
    public static readonly LayerKind[] All =
    [
        LayerKind.Of<ChannelAffine>("channel_affine", Write, ReadChannelAffine),
        LayerKind.Of<Identity>("identity"),
        LayerKind.Of<Flatten>("flatten"),
        LayerKind.Of<Permute>("permute", Write, static reader => new Permute(reader.Fields.Integers("axes", short.MaxValue))),
        LayerKind.Of<Linear>("linear", Write, ReadLinear),
        LayerKind.Of<Embedding>("embedding", Write, ReadEmbedding),
        LayerKind.Of<CategoryEmbedding>("category_embedding", Write, ReadCategoryEmbedding),
        LayerKind.Of<Conv1d>("conv1d", Write, ReadSequenceConvolution),
        LayerKind.Of<Conv2d>("conv2d", Write, ReadConvolution),
        LayerKind.Of<Dropout>("dropout", Write, ReadDropout),
        LayerKind.Of<ChannelDropout>("channel_dropout", Write, ReadChannelDropout),
        LayerKind.Of<MaxPool2d>(
            "max_pool2d", Write, static reader => ReadPooling(reader, (k, s, p, c, ceil) => new MaxPool2d(k, s, p, c, ceil))),
        LayerKind.Of<AveragePool2d>("average_pool2d", Write, ReadAveragePooling),
        LayerKind.Of<GlobalAveragePool2d>(
            "global_average_pool2d",
            static (writer, layer) => writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis),
            static reader => new GlobalAveragePool2d(Axis(reader.Fields))),
        LayerKind.Of<AdaptiveAveragePool2d>("adaptive_average_pool2d", Write, ReadAdaptivePooling),
    ];

    /// <summary>Reads an axis: that of the channels, or another.</summary>
    public static int Axis(JsonFields fields, string name = ChannelAxis) => fields.Long(name, int.MinValue) is <= int.MaxValue and long axis
        ? (int)axis
        : throw fields.Error(name, "is beyond the range of an axis");

    private static void Write(LayerWriter writer, ChannelAffine layer)
    {
        writer.Json.WriteNumber("channels", layer.Channels);
        writer.Json.WriteBoolean(Bias, layer.Bias is not null);
        writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis);
    }

    private static ChannelAffine ReadChannelAffine(LayerReader reader)
    {
        int channels = reader.Size("channels");
        bool bias = reader.Fields.Flag(Bias);
        reader.Expect(Weight, channels);
        return new ChannelAffine(channels, bias, Axis(reader.Fields));
    }

    private static void Write(LayerWriter writer, Permute layer)
    {
        writer.Json.WriteStartArray("axes");
        foreach (int axis in layer.Axes)
        {
            writer.Json.WriteNumberValue(axis);
        }

        writer.Json.WriteEndArray();
    }

    private static void Write(LayerWriter writer, Linear layer)
    {
        writer.Json.WriteNumber("inputs", layer.Inputs);
        writer.Json.WriteNumber("outputs", layer.Outputs);
        writer.Json.WriteBoolean(Bias, layer.Bias is not null);
    }

    private static Linear ReadLinear(LayerReader reader)
    {
        int inputs = reader.Size("inputs"), outputs = reader.Size("outputs");
        bool bias = reader.Fields.Flag(Bias);
        reader.Expect(Weight, outputs, inputs);
        return new Linear(inputs, outputs, bias);
    }

    private static void Write(LayerWriter writer, Embedding layer)
    {
        writer.Json.WriteNumber(Categories, layer.Categories);
        writer.Json.WriteNumber(Dimension, layer.Dimension);
    }

    private static Embedding ReadEmbedding(LayerReader reader)
    {
        int categories = reader.Size(Categories), dimension = reader.Size(Dimension);
        reader.Expect(Weight, categories, dimension);
        return new Embedding(categories, dimension);
    }

    private static void Write(LayerWriter writer, CategoryEmbedding layer)
    {
        writer.Json.WriteStartArray(Columns);
        foreach (CategoryColumn column in layer.Columns)
        {
            writer.Json.WriteStartObject();
            writer.Json.WriteNumber("column", column.Column);
            writer.Json.WriteNumber(Categories, column.Categories);
            writer.Json.WriteNumber(Dimension, column.Dimension);
            writer.Json.WriteEndObject();
        }

        writer.Json.WriteEndArray();
    }

    private static CategoryEmbedding ReadCategoryEmbedding(LayerReader reader)
    {
        var columns = new List<CategoryColumn>();
        foreach (JsonFields fields in reader.Fields.Objects(Columns))
        {
            var column = new CategoryColumn(
                fields.Integer("column", int.MaxValue), fields.Integer(Categories, int.MaxValue), fields.Integer(Dimension, int.MaxValue));
            fields.End();
            reader.Expect(CategoryEmbedding.WeightName(columns.Count), column.Categories, column.Dimension);
            columns.Add(column);
        }

        return new CategoryEmbedding(columns);
    }

    private static void Write(LayerWriter writer, Conv2d layer)
    {
        writer.Json.WriteNumber("inputs", layer.Inputs);
        writer.Json.WriteNumber("outputs", layer.Outputs);
        Write(writer, "kernel", layer.Kernel);
        Write(writer, "stride", layer.Options.Stride);
        Write(writer, layer.Options.Padding);
        Write(writer, "dilation", layer.Options.Dilation);
        writer.Json.WriteNumber("groups", layer.Options.Groups);
        writer.Json.WriteBoolean(Bias, layer.Bias is not null);
        writer.Json.WriteNumber(ChannelAxis, layer.Options.ChannelAxis);
    }

    private static Conv2d ReadConvolution(LayerReader reader)
    {
        int inputs = reader.Size("inputs"), outputs = reader.Size("outputs");
        Extent kernel = Read(reader, "kernel");
        var options = new Conv2dOptions
        {
            Stride = Read(reader, "stride"),
            Padding = ReadPadding(reader),
            Dilation = Read(reader, "dilation"),
            Groups = reader.Size("groups"),
            Bias = reader.Fields.Flag(Bias),
            ChannelAxis = Axis(reader.Fields),
        };
        reader.Expect(Weight, outputs, inputs / options.Groups, kernel.Height, kernel.Width);
        return new Conv2d(inputs, outputs, kernel, options);
    }

    private static void Write(LayerWriter writer, Conv1d layer)
    {
        writer.Json.WriteNumber("inputs", layer.Inputs);
        writer.Json.WriteNumber("outputs", layer.Outputs);
        writer.Json.WriteNumber("kernel", layer.Kernel);
        writer.Json.WriteNumber("stride", layer.Options.Stride);
        Write(writer, layer.Options.Padding);
        writer.Json.WriteNumber("dilation", layer.Options.Dilation);
        writer.Json.WriteNumber("groups", layer.Options.Groups);
        writer.Json.WriteBoolean(Bias, layer.Bias is not null);
        writer.Json.WriteNumber(ChannelAxis, layer.Options.ChannelAxis);
    }

    private static Conv1d ReadSequenceConvolution(LayerReader reader)
    {
        int inputs = reader.Size("inputs"), outputs = reader.Size("outputs"), kernel = reader.Size("kernel");
        var options = new Conv1dOptions
        {
            Stride = reader.Size("stride"),
            Padding = ReadPadding(reader),
            Dilation = reader.Size("dilation"),
            Groups = reader.Size("groups"),
            Bias = reader.Fields.Flag(Bias),
            ChannelAxis = Axis(reader.Fields),
        };
        reader.Expect(Weight, outputs, inputs / options.Groups, kernel);
        return new Conv1d(inputs, outputs, kernel, options);
    }

    private static void Write(LayerWriter writer, Dropout layer)
    {
        writer.Json.WriteNumber("probability", layer.Probability);
        writer.Json.WriteString("kind", JsonNames.Of(layer.Kind));
        Write(writer, layer.Stream);
    }

    private static Dropout ReadDropout(LayerReader reader)
    {
        double probability = reader.Fields.Number("probability");
        var kind = reader.Fields.Choice<DropoutKind>("kind");
        RandomStream stream = ReadStream(reader);
        return new Dropout(probability, () => stream, kind);
    }

    private static void Write(LayerWriter writer, ChannelDropout layer)
    {
        writer.Json.WriteNumber("probability", layer.Probability);
        writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis);
        Write(writer, layer.Stream);
    }

    private static ChannelDropout ReadChannelDropout(LayerReader reader)
    {
        double probability = reader.Fields.Number("probability");
        int axis = Axis(reader.Fields);
        RandomStream stream = ReadStream(reader);
        return new ChannelDropout(probability, () => stream, axis);
    }

    private static void Write(LayerWriter writer, WindowPooling layer)
    {
        Write(writer, "kernel", layer.Kernel);
        Write(writer, "stride", layer.Stride);
        Write(writer, layer.Padding);
        writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis);
        writer.Json.WriteBoolean(CeilMode, layer.CeilMode);
    }

    private static void Write(LayerWriter writer, AdaptiveAveragePool2d layer)
    {
        Write(writer, "size", layer.Size);
        writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis);
    }

    private static AdaptiveAveragePool2d ReadAdaptivePooling(LayerReader reader)
    {
        Extent size = Read(reader, "size");
        return new AdaptiveAveragePool2d(size, Axis(reader.Fields));
    }

    private static void Write(LayerWriter writer, AveragePool2d layer)
    {
        Write(writer, (WindowPooling)layer);
        writer.Json.WriteBoolean(CountIncludePad, layer.CountIncludePad);
    }

    private static AveragePool2d ReadAveragePooling(LayerReader reader)
    {
        bool countIncludePad = reader.Fields.OptionalFlag(CountIncludePad, true);
        return ReadPooling(reader, (k, s, p, c, ceil) => new AveragePool2d(k, s, p, c, ceil, countIncludePad));
    }

    private static T ReadPooling<T>(LayerReader reader, Func<Extent, Extent, Padding, int, bool, T> create)
    {
        Extent kernel = Read(reader, "kernel"), stride = Read(reader, "stride");
        Padding padding = ReadPadding(reader);
        int axis = Axis(reader.Fields);
        return create(kernel, stride, padding, axis, reader.Fields.OptionalFlag(CeilMode, false));
    }

    /// <summary>Writes [height, width] where the two ends of each axis are equal, and else [top, left, bottom, right] or "same".</summary>
    private static void Write(LayerWriter writer, Padding padding)
    {
        if (padding.IsSame)
        {
            writer.Json.WriteString(PaddingField, Same);
            return;
        }

        writer.Json.WriteStartArray(PaddingField);
        int[] numbers = padding.IsSymmetric
            ? [padding.Top, padding.Left] : [padding.Top, padding.Left, padding.Bottom, padding.Right];
        Array.ForEach(numbers, writer.Json.WriteNumberValue);
        writer.Json.WriteEndArray();
    }

    private static Padding ReadPadding(LayerReader reader) =>
        reader.Fields.IsText(PaddingField)
            ? reader.Fields.Text(PaddingField) == Same
                ? Padding.Same
                : throw reader.Fields.Error(PaddingField, $"is neither numbers nor \"{Same}\"")
        : reader.Fields.Integers(PaddingField, short.MaxValue) switch
        {
            [var height, var width] => new Extent(height, width),
            [var top, var left, var bottom, var right] => new Padding(top, left, bottom, right),
            _ => throw reader.Fields.Error(PaddingField, "does not have two integers, height and width, or four: top, left, bottom, right"),
        };

    private static void Write(LayerWriter writer, string name, Extent extent)
    {
        writer.Json.WriteStartArray(name);
        writer.Json.WriteNumberValue(extent.Height);
        writer.Json.WriteNumberValue(extent.Width);
        writer.Json.WriteEndArray();
    }

    private static Extent Read(LayerReader reader, string name) => reader.Fields.Integers(name, short.MaxValue) is [var height, var width]
        ? new Extent(height, width)
        : throw reader.Fields.Error(name, "does not have two integers, height and width");

    private static void Write(LayerWriter writer, RandomStream stream)
    {
        writer.Json.WriteNumber("seed", stream.Seed);
        writer.Json.WriteNumber("stream", stream.Stream);
    }

    private static RandomStream ReadStream(LayerReader reader) => new(reader.Fields.Unsigned("seed"), reader.Fields.Unsigned("stream"));
}
