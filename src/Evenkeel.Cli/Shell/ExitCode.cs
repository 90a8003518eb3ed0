namespace Evenkeel.Cli.Shell;

/// <summary>Exit codes of the command.</summary>
internal static class ExitCode
{
    /// <summary>The command did what was asked.</summary>
    public const int Success = 0;

    /// <summary>An error occurred, or the work was interrupted.</summary>
    public const int Failure = 1;

    /// <summary>The files that were compared differ.</summary>
    public const int Different = 1;

    /// <summary>The command line is invalid.</summary>
    public const int Usage = 2;
}
