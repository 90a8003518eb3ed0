namespace Evenkeel.Distributed;

/// <summary>An exchange among ranks that failed, as when one of them has ended.</summary>
/// <param name="message">What failed, and where.</param>
/// <param name="innerException">The cause; null if there is none.</param>
public sealed class CommunicationException(string message, Exception? innerException = null) : Exception(message, innerException);
