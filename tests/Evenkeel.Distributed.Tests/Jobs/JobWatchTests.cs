using System.Diagnostics;
using System.Globalization;
using Evenkeel.Distributed.Tests.Support;
using static System.FormattableString;

namespace Evenkeel.Distributed.Tests.Jobs;

[Collection("mpirun")]
public sealed class JobWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [MpiFact]
    public void A_rank_that_is_killed_ends_the_job_with_one_line_that_names_it()
    {
        MpiRun[] jobs = [.. Enumerable.Range(0, 4).Select(_ => MpiRun.Start(4, "exchange"))];
        try
        {
            int[][] processes = [.. jobs.Select(Processes)];
            for (int rank = 0; rank < jobs.Length; rank++)
            {
                MpiRun.Kill(processes[rank][rank], "KILL");
            }

            AssertEnd([.. processes.SelectMany(all => all)]);
            for (int rank = 0; rank < jobs.Length; rank++)
            {
                Assert.NotEqual(0, jobs[rank].Wait());
                Assert.Equal(
                    [
                        Invariant($"evenkeel: rank {rank} (process {processes[rank][rank]} on {Environment.MachineName}) has ended; ")
                        + "the job ends. Resume it.",
                    ],
                    jobs[rank].OwnErrors);
            }
        }
        finally
        {
            Array.ForEach(jobs, job => job.Dispose());
        }
    }

    [MpichFact]
    public void A_rank_of_MPICH_that_is_killed_ends_the_job()
    {
        // MPICH's mpirun kills the other ranks at once, which leaves them no time to report.
        using var job = MpiRun.StartMpich(3, "exchange");
        int[] processes = Processes(job);
        MpiRun.Kill(processes[1], "KILL");

        AssertEnd(processes);
        Assert.NotEqual(0, job.Wait());
    }

    [MpiFact]
    public void A_job_that_is_told_to_end_names_no_rank()
    {
        using var job = MpiRun.Start(3, "exchange");
        int[] processes = Processes(job);
        job.Signal("TERM");

        AssertEnd(processes);
        Assert.NotEqual(0, job.Wait());
        Assert.Empty(job.OwnErrors);
    }

    [MpiFact]
    public void A_rank_with_an_error_reports_it_alone()
    {
        using var job = MpiRun.Start(4, "fail", "report");

        Assert.Equal(4, job.Wait());
        Assert.Equal([$"evenkeel: rank 1 on {Environment.MachineName}: part-3.csv is broken"], job.OwnErrors);
    }

    [MpiFact]
    public void A_job_that_completes_reports_nothing()
    {
        using var job = MpiRun.Start(4, "exchange", "100");

        Assert.Equal(0, job.Wait());
        Assert.Contains("100 exchanges", job.Output, StringComparison.Ordinal);
        Assert.Empty(job.OwnErrors);
    }

    private static int[] Processes(MpiRun job)
    {
        job.WaitFor("processes ");
        return [.. job.Output.Split('\n').First(line => line.Contains("processes ", StringComparison.Ordinal)).Trim()
            .Split(' ').Skip(1).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
    }

    private static void AssertEnd(int[] processes)
    {
        long start = Stopwatch.GetTimestamp();
        while (processes.Any(MpiRun.IsRunning))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Limit, "A rank is left after 10 s.");
            Thread.Sleep(20);
        }
    }
}
