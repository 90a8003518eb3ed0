namespace Evenkeel.Distributed;

/// <summary>Something that must be equal on all ranks and is not, such as the version of the library.</summary>
/// <param name="message">What differs, with the ranks and their values; one line, equal on all ranks.</param>
public sealed class RankDifferenceException(string message) : Exception(message);
