namespace Evenkeel.Distributed.Tests.Mpi;

public sealed class MpiLauncherTests
{
    [Fact]
    public void Launchers_are_told_by_their_variables()
    {
        Assert.Null(Read());
        Assert.Equal(new MpiLauncher(true, 4), Read(("OMPI_COMM_WORLD_SIZE", "4"), ("PMIX_RANK", "1")));
        Assert.Equal(new MpiLauncher(false, 8), Read(("PMI_SIZE", "8"), ("PMI_RANK", "1")));
        Assert.Equal(new MpiLauncher(false, 16), Read(("PMIX_RANK", "1"), ("SLURM_STEP_NUM_TASKS", "16")));
        Assert.Equal(new MpiLauncher(false, null), Read(("PMI_FD", "7")));
        Assert.Null(Read(("SLURM_STEP_NUM_TASKS", "16")));
    }

    private static MpiLauncher? Read(params (string Name, string Value)[] variables) =>
        MpiLauncher.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
