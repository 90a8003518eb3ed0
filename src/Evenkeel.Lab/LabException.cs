namespace Evenkeel.Lab;

/// <summary>A request that the lab refuses, with a message for its user.</summary>
internal sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
