using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Evenkeel.Tests.Support;

/// <summary>Runs Debian's Python.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Why tests with Python and numpy cannot run; null if they can.</summary>
    public static string? Missing { get; } = HasNumpy() ? null : "There is no python3 with numpy: apt-get install python3-numpy.";

    /// <summary>Runs Python and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{process.ExitCode}: {error.Result}"));
    }

    private static bool HasNumpy()
    {
        try
        {
            return Run("-c", "import numpy; print('yes')").Contains("yes", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>A theory that needs Python and numpy.</summary>
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = Python.Missing;
}
