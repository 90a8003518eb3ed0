using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests;

/// <summary>What only a process of its own shows: streams, signals, pipes, terminals.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly SmallImages _images = new();

    private (string, string?) Data => ("data", _images.Folder);

    public void Dispose() => _images.Dispose();

    [Fact]
    public void Results_go_to_standard_output_errors_to_standard_error_and_codes_to_the_shell()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        CommandRun fine = ShellRun.ToEnd("exec $evenkeel train --data \"$data\" --epochs 2 --json", Data);
        Assert.Equal(0, fine.ExitCode);
        Assert.Equal("", fine.Error);
        Assert.Equal(2, fine.OutputLines.Length);

        ShellRun.ToEnd("exec $evenkeel train --epochs -1").AssertRefused(2, "--epochs");
        ShellRun.ToEnd("exec $evenkeel train --data /nonesuch").AssertRefused(1, "'/nonesuch'");
        ShellRun.ToEnd("exec $evenkeel train --data \"$(printf '\\377\\376')\"").AssertRefused(2, "is not UTF-8");
        Assert.Equal("0.1.0", ShellRun.ToEnd("exec $evenkeel --version").OutputLines[0]);
    }

    [Fact]
    public void Without_fused_multiply_add_a_command_says_so_in_one_line()
    {
        if (!ShellRun.IsPossible || !Fma.IsSupported)
        {
            return;
        }

        (string, string?) withoutFma = ("DOTNET_EnableAVX2", "0");
        CommandRun version = ShellRun.ToEnd("exec $evenkeel --version", withoutFma);
        Assert.Equal("", version.Error);
        Assert.EndsWith(", fused multiply-add emulated", version.OutputLines[1], StringComparison.Ordinal);

        const string Command = "exec $evenkeel train --data \"$data\" --epochs 1 --json | sed 's/,\"seconds\".*//'";
        CommandRun train = ShellRun.ToEnd(Command, Data, withoutFma);
        train.AssertOneErrorLine("no fused multiply-add (FMA)", "20 to 50 times as long");
        Assert.Equal(ShellRun.ToEnd(Command, Data).Output, train.Output);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_ends_training_after_the_step_and_reports_what_was_learned(string signal)
    {
        if (!ShellRun.IsInterruptible)
        {
            return;
        }

        using var run = new ShellRun("exec $evenkeel train --data \"$data\" --epochs 100000000 --json", Data);
        Assert.NotNull(run.ReadLine());
        run.Signal(signal);
        CommandRun end = run.End();
        Assert.Equal(1, end.ExitCode);
        end.AssertOneErrorLine("interrupted; the results so far are above.");
        Assert.All(end.OutputLines, line => JsonDocument.Parse(line));
    }

    [Fact]
    public void A_second_interrupt_ends_at_once()
    {
        if (!ShellRun.IsInterruptible)
        {
            return;
        }

        // A step of this network takes seconds, and is under way after so much work, however busy the machine is.
        using var run = new ShellRun("exec $evenkeel train --hidden 3000,3000 --batch-size 10000 --threads 1");
        run.WaitForWork(TimeSpan.FromSeconds(2.5));
        for (int i = 0; i < 600 && !run.HasExited; i++)
        {
            run.Signal("INT");
            Thread.Sleep(TimeSpan.FromSeconds(0.1));
        }

        CommandRun end = run.End();
        Assert.Equal(130, end.ExitCode);
        Assert.Equal("", end.Output);
        Assert.Equal("", end.Error);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("")]
    public void Work_for_a_reader_who_has_gone_ends_quietly(string option)
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        // Without an end by itself: that this returns is the proof.
        CommandRun run = ShellRun.ToEnd(
            $"{{ $evenkeel train --data \"$data\" --epochs 1000000000 {option}; echo $? >&2; }} | head -1", Data);
        Assert.Single(run.OutputLines);
        Assert.Equal("1\n", run.Error);
    }

    [Fact]
    public void Output_that_cannot_be_written_is_one_line_and_exit_code_1()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        ShellRun.ToEnd("exec $evenkeel train --data \"$data\" > /dev/full", Data).AssertRefused(1, "standard output", "No space left");
        ShellRun.ToEnd("exec $evenkeel --help > /dev/full").AssertRefused(1, "standard output", "No space left");
        ShellRun.ToEnd("exec $evenkeel --help >&-").AssertRefused(1, "standard output");
        Assert.Equal(new CommandRun(2, "", ""), ShellRun.ToEnd("exec $evenkeel nonesuch 2>&-"));
        Assert.Equal(new CommandRun(2, "", ""), ShellRun.ToEnd("exec $evenkeel nonesuch 2> /dev/full"));
    }

    [Fact]
    public void Too_little_memory_is_one_line_and_exit_code_1()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        ShellRun.ToEnd("exec $evenkeel train", ("DOTNET_GCHeapHardLimit", "0x8000000")).AssertRefused(1, "not enough memory");
    }

    [Fact]
    public void A_strategy_that_there_is_not_is_one_line_and_exit_code_1()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        ShellRun.ToEnd("exec $evenkeel train --data \"$data\"", Data, ("EVENKEEL_STRATEGY", "fast"))
            .AssertRefused(1, "EVENKEEL_STRATEGY is \"fast\"");
    }

    [Fact]
    public void Both_streams_may_go_to_one_file()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        string file = _images.PathOf("log");
        CommandRun run = ShellRun.ToEnd(
            "exec $evenkeel study init-scale --seeds 1 --data \"$data\" --out \"$data/out\" > \"$data/log\" 2>&1", Data);
        Assert.Equal(new CommandRun(0, "", ""), run);
        string[] lines = File.ReadAllLines(file);
        Assert.Equal("init-scale: 32 of 32 networks", lines[9]);
        Assert.StartsWith("Train accuracy on ", lines[10], StringComparison.Ordinal);
        Assert.EndsWith("report.html", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xterm-256color", null, true, true)]
    [InlineData("xterm-256color", "1", true, false)]
    [InlineData("dumb", null, false, false)]
    public void A_terminal_gets_a_line_that_redraws_itself_in_colours_unless_told_not_to(
        string terminal, string? noColor, bool redraws, bool colors)
    {
        // The program that gives a command a terminal takes other arguments elsewhere.
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
        {
            return;
        }

        CommandRun run = ShellRun.ToEnd(
            "exec script -qec \"$evenkeel train --data $data --epochs 2\" /dev/null < /dev/null",
            Data, ("TERM", terminal), ("NO_COLOR", noColor));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(redraws, run.Output.Contains("\r\e[K", StringComparison.Ordinal));
        Assert.Equal(colors, run.Output.Contains("\e[33m", StringComparison.Ordinal));
        Assert.Contains("epoch 2: loss ", run.Output, StringComparison.Ordinal);
    }
}
