using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>A layer that a file has by its parts, or something that only looks like it.</summary>
/// <param name="Name">What is particular to it.</param>
/// <param name="Shape">The shape of the input with its batch.</param>
/// <param name="Build">Adds the nodes and returns the output.</param>
internal sealed record FusionCase(string Name, int[] Shape, Func<ModelBuilder, string> Build)
{
    /// <summary>The type of the layer that must be in the network; null for what is refused.</summary>
    public Type? Layer { get; init; }

    /// <summary>The obstacles' operators; empty for what is read.</summary>
    public string[] Obstacles { get; init; } = [];

    /// <summary>Parts that are read as a layer.</summary>
    public static FusionCase Fused<TLayer>(string name, int[] shape, Func<ModelBuilder, string> build) =>
        new(name, shape, build) { Layer = typeof(TLayer) };

    /// <summary>Parts that are refused, with the operators that remain.</summary>
    public static FusionCase Refused(string name, int[] shape, Func<ModelBuilder, string> build, params string[] obstacles) =>
        new(name, shape, build) { Obstacles = obstacles };

    public byte[] File(int opset)
    {
        var model = new ModelBuilder(opset, Shape.AsSpan(1));
        return model.Build(Build(model));
    }
}
