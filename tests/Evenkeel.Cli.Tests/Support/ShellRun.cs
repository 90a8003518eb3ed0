using System.Diagnostics;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>The built command in a process of its own, started by a shell script in which <c>$evenkeel</c> stands for it.</summary>
internal sealed class ShellRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _shell;
    private readonly Task<string> _error;

    /// <summary>Starts the script; it ends as the command does if it says <c>exec $evenkeel …</c>.</summary>
    public ShellRun(string script, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.Environment["evenkeel"] = $"{Environment.ProcessPath} {Path.Combine(AppContext.BaseDirectory, "Evenkeel.Cli.dll")}";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        _shell = Process.Start(start)!;
        _error = _shell.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether there is a shell, as on Linux and macOS.</summary>
    public static bool IsPossible => File.Exists("/bin/sh");

    /// <summary>Whether a Ctrl-C reaches a command: one that is started in the background of a script is deaf to it.</summary>
    public static bool IsInterruptible => IsPossible && !IgnoresInterrupts();

    public bool HasExited => _shell.HasExited;

    /// <summary>Runs a script to its end.</summary>
    public static CommandRun ToEnd(string script, params (string Name, string? Value)[] environment)
    {
        using var run = new ShellRun(script, environment);
        return run.End();
    }

    public string? ReadLine() => _shell.StandardOutput.ReadLine();

    /// <summary>Sends a signal to the process, as a terminal sends INT for Ctrl-C.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {_shell.Id} 2>/dev/null"]);
        kill.WaitForExit();
    }

    /// <summary>Waits until the process has used so much of a processor's time, or has ended.</summary>
    public void WaitForWork(TimeSpan time)
    {
        while (!_shell.HasExited && _shell.TotalProcessorTime < time)
        {
            Thread.Sleep(TimeSpan.FromSeconds(0.05));
            _shell.Refresh();
        }
    }

    /// <summary>Waits until the process has started and uses no more of a processor's time, as when it waits for something.</summary>
    public void WaitUntilIdle()
    {
        TimeSpan before = TimeSpan.MinValue;
        while (!_shell.HasExited && (_shell.TotalProcessorTime > before || before == TimeSpan.Zero))
        {
            before = _shell.TotalProcessorTime;
            Thread.Sleep(TimeSpan.FromSeconds(0.5));
            _shell.Refresh();
        }
    }

    /// <summary>Waits for the end.</summary>
    public CommandRun End()
    {
        Task<string> output = _shell.StandardOutput.ReadToEndAsync();
        Assert.True(_shell.WaitForExit(Patience), "the command did not come to an end");
        return new CommandRun(_shell.ExitCode, output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_shell.HasExited)
        {
            _shell.Kill(entireProcessTree: true);
        }

        _shell.Dispose();
    }

    private static bool IgnoresInterrupts()
    {
        const string Ignored = "SigIgn:", Status = "/proc/self/status";
        const ulong Interrupt = 1 << (2 - 1);
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(Ignored, StringComparison.Ordinal))
            : null;
        return line is not null && (Convert.ToUInt64(line[Ignored.Length..].Trim(), 16) & Interrupt) != 0;
    }
}
