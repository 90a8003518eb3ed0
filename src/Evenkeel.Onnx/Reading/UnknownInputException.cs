namespace Evenkeel.Onnx.Reading;

/// <summary>The exception for a node that reads what another one, which cannot be read, would have given.</summary>
internal sealed class UnknownInputException : Exception;
