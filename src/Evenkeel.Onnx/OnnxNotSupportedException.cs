namespace Evenkeel.Onnx;

/// <summary>The exception for ONNX files with nodes that no layer corresponds to. It lists all of them.</summary>
public sealed class OnnxNotSupportedException : NotSupportedException
{
    private const int MaximumInMessage = 20;

    internal OnnxNotSupportedException(IReadOnlyList<OnnxObstacle> obstacles)
        : base(Describe(obstacles)) => Obstacles = obstacles;

    /// <summary>The nodes, in the order of the file.</summary>
    public IReadOnlyList<OnnxObstacle> Obstacles { get; }

    private static string Describe(IReadOnlyList<OnnxObstacle> obstacles)
    {
        string rest = obstacles.Count > MaximumInMessage ? $"; and {obstacles.Count - MaximumInMessage} others" : "";
        return $"{obstacles.Count} node{(obstacles.Count == 1 ? "" : "s")} of the file cannot be read: "
            + string.Join("; ", obstacles.Take(MaximumInMessage)) + rest + ".";
    }
}
