using System.Diagnostics;

namespace Evenkeel.Lab.Tests.Support;

/// <summary>A test that needs PyTorch, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = Python is null ? "no python3 with torch was found" : null;

    /// <summary>A Python that has PyTorch: the first on the path, or Debian's; null if none has.</summary>
    public static string? Python { get; } = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasTorch);

    private static bool HasTorch(string python)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
