using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel lab</c>: starts the lab, a program of its own beside the command, and waits for its end.</summary>
internal static class LabCommand
{
    /// <summary>The exit code of the .NET host where a framework is missing.</summary>
    private const int FrameworkMissing = 0x96;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Option<int> port = SharedOptions.Number(
            "--port", "N", "Port to listen on (default: one that is free).", 0, "a whole number from 1 to 65535", value =>
                value is >= 1 and <= 65535);
        Option<bool> noBrowser = new("--no-browser") { Description = "Print the address, and open no browser." };
        var command = new DocumentedCommand(
            "lab", "Open a page to play in: every number of a method, two training runs side by side, and the narrow valley.");
        command.AddGroup("Options", port, noBrowser);
        command.Examples.Add(("evenkeel lab", "opens the page on 127.0.0.1; Ctrl-C ends it"));
        command.Examples.Add(("evenkeel lab --port 8080 --no-browser", "prints the address to open"));
        command.SetAction(parsed => Run(terminal, parsed.GetValue(port), parsed.GetValue(noBrowser), cancellationToken));
        return command;
    }

    private static int Run(Terminal terminal, int port, bool noBrowser, CancellationToken cancellationToken)
    {
        string server = Path.Combine(AppContext.BaseDirectory, "lab", "Evenkeel.Lab.Server.dll");
        if (!File.Exists(server))
        {
            throw new IOException($"the lab is not there: '{server}' is missing.");
        }

        var start = new ProcessStartInfo(DotnetHost())
        {
            RedirectStandardInput = true,
            ArgumentList = { server, port.ToString(CultureInfo.InvariantCulture), "--until-input-ends" },
        };
        if (noBrowser)
        {
            start.ArgumentList.Add("--no-browser");
        }

        using Process process = Process.Start(start) ?? throw new IOException("the lab cannot be started.");

        // The lab ends when its standard input does: on Ctrl-C, and also if this process is killed.
        using (cancellationToken.Register(process.StandardInput.Close))
        {
            process.WaitForExit();
        }

        // Windows reports it as an HRESULT, other systems its last byte.
        if ((process.ExitCode & 0xFF) == FrameworkMissing)
        {
            terminal.Error.WriteLine(
                "evenkeel: the lab needs the ASP.NET Core runtime 10, from https://dotnet.microsoft.com/download; the other commands do "
                    + "not.");
        }

        else if (process.ExitCode is not (0 or 1) && !cancellationToken.IsCancellationRequested)
        {
            terminal.Error.WriteLine(FormattableString.Invariant($"evenkeel: the lab ended unexpectedly (exit code {process.ExitCode})."));
        }

        return process.ExitCode == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>The host that runs this command: beside the folder of shared frameworks, from which the runtime was loaded.</summary>
    private static string DotnetHost()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string? runtime = Path.GetDirectoryName(typeof(object).Assembly.Location);
        string host = Path.GetFullPath(Path.Combine(runtime ?? "", "..", "..", "..", name));
        return File.Exists(host) ? host : name;
    }
}
