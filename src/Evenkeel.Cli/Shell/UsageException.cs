namespace Evenkeel.Cli.Shell;

/// <summary>The command line is invalid.</summary>
/// <param name="message">What is wrong, and how to correct it.</param>
internal sealed class UsageException(string message) : Exception(message);
