namespace Evenkeel.Onnx;

/// <summary>The exception for ONNX files with nodes that no layer corresponds to. It lists all of them.</summary>
public sealed class OnnxNotSupportedException : NotSupportedException
{
    private const int MaximumInMessage = 50;

    internal OnnxNotSupportedException(IReadOnlyList<OnnxObstacle> obstacles)
        : base(Describe(obstacles)) => Obstacles = obstacles;

    /// <summary>The nodes, in the order of the file.</summary>
    public IReadOnlyList<OnnxObstacle> Obstacles { get; }

    /// <summary>Names the nodes, those of the same operator and reason together.</summary>
    private static string Describe(IReadOnlyList<OnnxObstacle> obstacles)
    {
        IEnumerable<string> groups = obstacles.Take(MaximumInMessage)
            .GroupBy(obstacle => (obstacle.Operator, obstacle.Reason), obstacle => $"'{obstacle.Node}'")
            .Select(group => $"{string.Join(", ", group)} ({group.Key.Operator}): {group.Key.Reason}");
        string rest = obstacles.Count > MaximumInMessage ? $"; and {obstacles.Count - MaximumInMessage} others" : "";
        string things = obstacles.Any(obstacle => obstacle.Operator is "input" or "output") ? "inputs, outputs and nodes"
            : obstacles.Count == 1 ? "node"
            : "nodes";
        return $"{obstacles.Count} {things} of the file cannot be read: {string.Join("; ", groups)}{rest}.";
    }
}
