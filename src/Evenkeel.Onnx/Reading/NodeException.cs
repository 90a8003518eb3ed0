namespace Evenkeel.Onnx.Reading;

/// <summary>A reason for which a node cannot be read; it becomes an <see cref="OnnxObstacle"/>.</summary>
/// <param name="message">The reason.</param>
internal sealed class NodeException(string message) : Exception(message);
