using System.Globalization;

namespace Evenkeel.Distributed;

/// <summary>The program that started this process as one of a job, such as mpirun, as its environment tells.</summary>
/// <param name="IsOpenMpi">Whether it is that of Open MPI, as opposed to MPICH's or a resource manager's.</param>
/// <param name="Processes">The number of processes of the job; null if it is not told.</param>
internal sealed record MpiLauncher(bool IsOpenMpi, int? Processes)
{
    /// <summary>The launcher of this process; null if there is none.</summary>
    public static MpiLauncher? Current { get; } = Read(Environment.GetEnvironmentVariable);

    /// <summary>Reads what Open MPI's mpirun, MPICH's mpiexec and Slurm's srun set.</summary>
    /// <param name="variable">Gives the value of an environment variable.</param>
    public static MpiLauncher? Read(Func<string, string?> variable) =>
        variable("OMPI_COMM_WORLD_SIZE") is { } size ? new MpiLauncher(true, Number(size))
            : variable("PMI_SIZE") is { } ranks ? new MpiLauncher(false, Number(ranks))
            : variable("PMIX_RANK") is not null || variable("PMI_RANK") is not null || variable("PMI_FD") is not null
                ? new MpiLauncher(false, Number(variable("SLURM_STEP_NUM_TASKS")))
            : null;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
