using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests;

/// <summary>What only a process of its own shows of scaling: signals, pipes, full disks, terminals.</summary>
public sealed class ScaleProcessTests : IDisposable
{
    // More than a chunk at a time, and no end until nobody reads.
    private const string EndlessRows =
        "mkfifo \"$folder/rows\"; (echo x; while yes 1 | head -c 600000; do sleep 0.05; done) > \"$folder/rows\" 2> /dev/null & ";

    private readonly CsvFolder _folder = new();

    public ScaleProcessTests()
    {
        _folder.Write("in.csv", "x\n1\n3\n");
        _folder.ScaleWell("fit", "@in.csv", "--out", "@s.json");
    }

    private (string, string?) Folder => ("folder", _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_in_the_middle_leaves_nothing(string signal)
    {
        if (!ShellRun.IsInterruptible)
        {
            return;
        }

        using ShellRun run = TransformOfEndlessRows();
        run.Signal(signal);
        CommandRun end = run.End();
        end.AssertRefused(1, "interrupted; nothing was written.");
        Assert.Equal(["in.csv", "out.csv", "rows", "s.json"], _folder.Files());
        Assert.Equal("old", _folder.Read("out.csv"));
    }

    [Fact]
    public void A_kill_in_the_middle_leaves_the_old_output()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        using ShellRun run = TransformOfEndlessRows();
        run.Signal("KILL");
        _ = run.End();
        Assert.Equal("old", _folder.Read("out.csv"));
        Assert.EndsWith(".tmp", Assert.Single(_folder.Files().Except(["in.csv", "out.csv", "rows", "s.json"])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_a_file()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        CommandRun run = ShellRun.ToEnd(
            "cat \"$folder/in.csv\" | $evenkeel scale transform /dev/stdin --scaler \"$folder/s.json\" --out \"$folder/out.csv\"", Folder);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("x\n-1\n1\n", _folder.Read("out.csv"));
    }

    [Fact]
    public void A_pipe_or_device_is_written_through()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        CommandRun run = ShellRun.ToEnd(
            "mkfifo \"$folder/pipe\"; "
            + "$evenkeel scale transform \"$folder/in.csv\" --scaler \"$folder/s.json\" --out \"$folder/pipe\" > /dev/null & "
            + "cat \"$folder/pipe\"",
            Folder);
        Assert.Equal(new CommandRun(0, "x\n-1\n1\n", ""), run);
        Assert.Equal(["in.csv", "pipe", "s.json"], _folder.Files());
        _folder.Scale("fit", "@in.csv", "--out", "/dev/full").AssertRefused(1, "cannot write '/dev/full': No space left");
        _folder.Scale("transform", "@in.csv", "--scaler", "@s.json", "--out", "/dev/full")
            .AssertRefused(1, "cannot write '/dev/full': No space left");
    }

    [Theory]
    [InlineData("/dev/stdout", "", "transform: 2 rows")]
    [InlineData("/proc/self/fd/1", "--json", "{\"command\":\"transform\"")]
    public void Standard_output_as_the_output_takes_the_rows_alone(string path, string option, string summary)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        CommandRun run = ShellRun.ToEnd(
            $"exec $evenkeel scale transform \"$folder/in.csv\" --scaler \"$folder/s.json\" --out {path} {option}", Folder);
        Assert.Equal((0, "x\n-1\n1\n"), (run.ExitCode, run.Output));
        Assert.StartsWith(summary, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_that_becomes_too_large_for_the_disk_is_one_line_and_leaves_nothing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        _folder.Write("large.csv", "x\n" + string.Concat(Enumerable.Repeat("1\n", 600_000)));
        ShellRun.ToEnd(
            "trap '' XFSZ; ulimit -f 100; "
            + "exec $evenkeel scale transform \"$folder/large.csv\" --scaler \"$folder/s.json\" --out \"$folder/out.csv\"",
            Folder, ("DOTNET_EnableWriteXorExecute", "0")).AssertRefused(1, "cannot write '", "out.csv'");
        Assert.Equal(["in.csv", "large.csv", "s.json"], _folder.Files());
    }

    [Fact]
    public void What_may_not_be_read_or_written_is_one_line_and_exit_code_1()
    {
        // The administrator may read and write everything.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        File.SetUnixFileMode(_folder.PathOf("in.csv"), UnixFileMode.None);
        _folder.Scale("describe", "@in.csv").AssertRefused(1, "in.csv'", "denied");
        File.SetUnixFileMode(_folder.PathOf("in.csv"), UnixFileMode.UserRead);
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _folder.Scale("fit", "@in.csv", "--out", "@new.json").AssertRefused(1, "new.json'", "denied");
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("--json", false)]
    public void A_terminal_gets_bytes_speed_and_the_time_left(string option, bool redraws)
    {
        // The program that gives a command a terminal takes other arguments elsewhere.
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
        {
            return;
        }

        CommandRun run = ShellRun.ToEnd(
            $"exec script -qec \"$evenkeel scale describe $folder/in.csv {option}\" /dev/null < /dev/null",
            Folder,
            ("TERM", "xterm-256color"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(redraws, run.Output.Contains("\r\e[K", StringComparison.Ordinal));
        Assert.Equal(redraws, run.Output.Contains("6 B of 6 B, ", StringComparison.Ordinal));
        Assert.Equal(redraws, run.Output.Contains("/s, 0 s left", StringComparison.Ordinal));
    }

    private ShellRun TransformOfEndlessRows()
    {
        _folder.Write("out.csv", "old");
        var run = new ShellRun(
            EndlessRows + "exec $evenkeel scale transform \"$folder/rows\" --scaler \"$folder/s.json\" --out \"$folder/out.csv\"", Folder);
        Assert.True(
            SpinWait.SpinUntil(
                () => new DirectoryInfo(_folder.Path).GetFiles("*.tmp").Any(file => file.Length > 1_000_000), TimeSpan.FromMinutes(1)),
            "nothing is written");
        return run;
    }
}
