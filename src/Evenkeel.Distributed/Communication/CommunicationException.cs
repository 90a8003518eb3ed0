namespace Evenkeel.Distributed;

/// <summary>An exchange among ranks that failed, as when one of them has ended.</summary>
/// <param name="message">What failed, and where.</param>
/// <param name="innerException">The cause; null if there is none.</param>
public sealed class CommunicationException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The rank that left the job while others went on, and so has the cause to report; null if it is not known.</summary>
    public int? EndedRank { get; init; }
}
