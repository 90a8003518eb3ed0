namespace Evenkeel.Cli;

/// <summary>The command line is not right, which was seen only once the data was there.</summary>
/// <param name="message">What is wrong, and what would be right.</param>
internal sealed class UsageException(string message) : Exception(message);
