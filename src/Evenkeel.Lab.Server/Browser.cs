using System.ComponentModel;
using System.Diagnostics;

namespace Evenkeel.Lab.Server;

/// <summary>The user's browser.</summary>
internal static class Browser
{
    /// <summary>Opens a page, if there is a browser to open it with; the address was printed in any case.</summary>
    public static void Open(string address)
    {
        (string command, string argument) = OperatingSystem.IsWindows() ? ("explorer", $"\"{address}\"")
            : OperatingSystem.IsMacOS() ? ("open", address)
            : ("xdg-open", address);
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command, argument) { RedirectStandardError = true, RedirectStandardOutput = true });
        }
        catch (Win32Exception)
        {
            // No such command: a machine without a desktop.
        }
    }
}
