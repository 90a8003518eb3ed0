using Evenkeel.Distributed.Program;
using Evenkeel.Distributed.Tests.Support;
using static System.FormattableString;

namespace Evenkeel.Distributed.Tests.Mpi;

[Collection("mpirun")]
public sealed class MpiCommunicatorTests
{
    [MpiFact]
    public void Ranks_of_Open_MPI_keep_the_contract()
    {
        using var job = MpiRun.Start(4, "contract");
        Assert.True(job.Wait() == 0, job.Output + job.Error);
        Assert.Contains(Invariant($"{CommunicatorContract.Checks.Count} checks on 4 ranks with Open MPI v"), job.Output);
    }

    [MpichFact]
    public void Ranks_of_MPICH_keep_the_contract()
    {
        using var job = MpiRun.StartMpich(3, "contract");
        Assert.True(job.Wait() == 0, job.Output + job.Error);
        Assert.Contains(Invariant($"{CommunicatorContract.Checks.Count} checks on 3 ranks with MPICH "), job.Output);
    }

    [MpiFact]
    public void A_process_without_mpirun_is_a_job_of_one_rank_whose_faults_are_exceptions() =>
        AssertAlone(MpiRun.StartAlone([], "runtime"));

    [MpichFact]
    public void A_process_with_MPICH_has_its_signal_handlers_back() =>
        AssertAlone(MpiRun.StartAlone([new("EVENKEEL_MPI", "libmpich.so.12")], "runtime"));

    [Fact]
    public void A_missing_library_is_named_with_what_to_install()
    {
        using var job = MpiRun.StartAlone([new("EVENKEEL_MPI", "libnone.so")], "runtime");

        Assert.NotEqual(0, job.Wait());
        Assert.Contains(
            "There is no library libnone.so, which EVENKEEL_MPI names. Install one, such as \"apt install openmpi-bin libopenmpi3\"",
            job.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_no_MPI_is_refused()
    {
        using var job = MpiRun.StartAlone([new("EVENKEEL_MPI", "libc.so.6")], "runtime");

        Assert.NotEqual(0, job.Wait());
        Assert.Contains("The library libc.so.6 has no function MPI_", job.Error, StringComparison.Ordinal);
    }

    [MpiFact]
    public void A_library_that_is_not_that_of_the_launcher_is_refused()
    {
        // As when mpirun of another MPI has started four processes, each of which is alone according to this one.
        using var job = MpiRun.StartAlone([new("EVENKEEL_MPI", "libmpi.so.40"), new("PMI_SIZE", "4")], "contract");

        Assert.NotEqual(0, job.Wait());
        Assert.Contains("The launcher started 4 processes, and Open MPI v", job.Error, StringComparison.Ordinal);
        Assert.Contains(" sees 1: the two are of different MPIs.", job.Error, StringComparison.Ordinal);
    }

    [MpiFact]
    public void A_rank_that_leaves_ends_the_exchanges_of_all_others()
    {
        using var job = MpiRun.Start(3, "fail", "dispose");

        Assert.NotEqual(0, job.Wait());
        Assert.Contains("part-3.csv is broken", job.Error, StringComparison.Ordinal);
        Assert.Matches("Rank 1 left the job after 2 exchanges, and rank [02] waits for it in exchange 3\\.", job.Error);
    }

    [MpiFact]
    public void A_rank_that_exits_without_disposing_ends_the_job()
    {
        using var job = MpiRun.Start(3, "fail", "exit");

        Assert.NotEqual(0, job.Wait());
    }

    private static void AssertAlone(MpiRun run)
    {
        using MpiRun job = run;
        Assert.True(job.Wait() == 0, job.Output + job.Error);
        Assert.Equal(
            [
                "launcher False, ranks 1", nameof(NullReferenceException), nameof(DivideByZeroException),
                nameof(InvalidOperationException), nameof(InvalidOperationException),
            ],
            job.Output.Trim().Split('\n'));
    }
}
