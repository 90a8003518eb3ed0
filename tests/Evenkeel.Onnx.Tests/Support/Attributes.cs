using Evenkeel.Onnx.Protos;
using Google.Protobuf;
using static Evenkeel.Onnx.Protos.AttributeProto.Types;

namespace Evenkeel.Onnx.Tests.Support;

/// <summary>Attributes of nodes.</summary>
internal static class Attributes
{
    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Number(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params int[] values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values.Select(value => (long)value) } };

    public static AttributeProto Numbers(string name, params float[] values) =>
        new() { Name = name, Type = AttributeType.Floats, Floats = { values } };

    public static AttributeProto Constant(string name, TensorProto value) =>
        new() { Name = name, Type = AttributeType.Tensor, T = value };
}
