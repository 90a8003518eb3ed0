using System.Diagnostics;

namespace Evenkeel.Distributed.Tests.Jobs;

public sealed class ProcessWatchTests
{
    [Fact]
    public void Processes_that_have_ended_are_told()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var first = Process.Start("sleep", "600");
        using var second = Process.Start("sleep", "600");
        using var ended = Process.Start("true");
        ended.WaitForExit();
        using var watch = new ProcessWatch([first.Id, second.Id]);
        using var late = new ProcessWatch([first.Id, ended.Id]);

        Assert.Empty(watch.Wait(TimeSpan.Zero));
        Assert.Equal([ended.Id], late.Wait(TimeSpan.Zero));
        second.Kill();
        Assert.Equal([second.Id], watch.Wait(TimeSpan.FromMinutes(1)));
        first.Kill();
        first.WaitForExit();
        Assert.Equal([first.Id, second.Id], watch.Wait(TimeSpan.Zero));
    }
}
