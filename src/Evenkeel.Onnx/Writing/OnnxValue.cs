namespace Evenkeel.Onnx.Writing;

/// <summary>A tensor of the graph that is being written.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Shape">The shape of a sample as the network has it.</param>
/// <param name="IsTransposed">
/// True if the last axis, which holds the channels in the network, is in the file the one behind the samples.
/// </param>
internal sealed record OnnxValue(string Name, nint[] Shape, bool IsTransposed = false)
{
    /// <summary>
    /// The shape of the images that rows are to be made of, if the network has their channels last and the file first; else null. The name
    /// is that of the images.
    /// </summary>
    public nint[]? Flattened { get; init; }

    /// <summary>The name of the node that will make rows of them.</summary>
    public string FlattenName { get; init; } = "";

    /// <summary>The number of axes of a batch.</summary>
    public int Rank => Shape.Length + 1;
}
