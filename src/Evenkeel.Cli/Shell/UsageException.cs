namespace Evenkeel.Cli.Shell;

/// <summary>The command line is not right.</summary>
/// <param name="message">What is wrong, and what would be right.</param>
internal sealed class UsageException(string message) : Exception(message);
