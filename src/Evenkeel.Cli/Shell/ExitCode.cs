namespace Evenkeel.Cli.Shell;

/// <summary>How the command ends.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Success = 0;

    /// <summary>Something went wrong, or the work was interrupted before its end.</summary>
    public const int Failure = 1;

    /// <summary>The command line is not right.</summary>
    public const int Usage = 2;
}
