namespace Evenkeel.Fuzz;

/// <summary>An input on which a reader is wrong.</summary>
internal sealed class FuzzException(string message, Exception? cause = null) : Exception(message, cause);
