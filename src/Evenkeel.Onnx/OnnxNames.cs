namespace Evenkeel.Onnx;

/// <summary>Names of nodes, in files and in networks.</summary>
internal static class OnnxNames
{
    /// <summary>Stands for '.' in the names of a network's layers, where dots separate the names of a path.</summary>
    public const char Dot = '·';
}
