using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Models;

/// <summary>Layers that neither normalize nor contain others.</summary>
internal static class PlainKinds
{
    private const string Bias = "bias";
    private const string ChannelAxis = "channel_axis";
    private const string Weight = "weight";

    /// <summary>The kinds.</summary>
    public static readonly LayerKind[] All =
    [
        LayerKind.Of<Relu>("relu"),
        LayerKind.Of<Tanh>("tanh"),
        LayerKind.Of<Sigmoid>("sigmoid"),
        LayerKind.Of<Flatten>("flatten"),
        LayerKind.Of<Linear>("linear", Write, ReadLinear),
        LayerKind.Of<Conv2d>("conv2d", Write, ReadConvolution),
        LayerKind.Of<Dropout>("dropout", Write, ReadDropout),
        LayerKind.Of<ChannelDropout>("channel_dropout", Write, ReadChannelDropout),
        LayerKind.Of<MaxPool2d>("max_pool2d", Write, static reader => ReadPooling(reader, (k, s, p, c) => new MaxPool2d(k, s, p, c))),
        LayerKind.Of<AveragePool2d>(
            "average_pool2d", Write, static reader => ReadPooling(reader, (k, s, p, c) => new AveragePool2d(k, s, p, c))),
        LayerKind.Of<GlobalAveragePool2d>(
            "global_average_pool2d",
            static (writer, layer) => writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis),
            static reader => new GlobalAveragePool2d(Axis(reader.Fields))),
    ];

    /// <summary>Reads the axis of the channels.</summary>
    public static int Axis(JsonFields fields) => fields.Long(ChannelAxis, int.MinValue) is <= int.MaxValue and long axis
        ? (int)axis
        : throw fields.Error(ChannelAxis, "is beyond the range of an axis");

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

    private static void Write(LayerWriter writer, Conv2d layer)
    {
        writer.Json.WriteNumber("inputs", layer.Inputs);
        writer.Json.WriteNumber("outputs", layer.Outputs);
        Write(writer, "kernel", layer.Kernel);
        Write(writer, "stride", layer.Options.Stride);
        Write(writer, "padding", layer.Options.Padding);
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
            Padding = Read(reader, "padding"),
            Dilation = Read(reader, "dilation"),
            Groups = reader.Size("groups"),
            Bias = reader.Fields.Flag(Bias),
            ChannelAxis = Axis(reader.Fields),
        };
        reader.Expect(Weight, outputs, inputs / options.Groups, kernel.Height, kernel.Width);
        return new Conv2d(inputs, outputs, kernel, options);
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
        Write(writer, "padding", layer.Padding);
        writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis);
    }

    private static T ReadPooling<T>(LayerReader reader, Func<Extent, Extent, Extent, int, T> create) =>
        create(Read(reader, "kernel"), Read(reader, "stride"), Read(reader, "padding"), Axis(reader.Fields));

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
