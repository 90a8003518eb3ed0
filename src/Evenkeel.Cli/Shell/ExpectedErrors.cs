namespace Evenkeel.Cli.Shell;

/// <summary>The errors of the input or the machine, whose messages are for the user; all others are bugs.</summary>
internal static class ExpectedErrors
{
    /// <summary>Whether an exception is one of them.</summary>
    public static bool Contain(Exception e) =>
        e is IOException or UnauthorizedAccessException or InvalidDataException or OutOfMemoryException;

    /// <summary>The message for the user.</summary>
    public static string MessageOf(Exception e) => e is OutOfMemoryException ? "there is not enough memory." : e.Message;
}
