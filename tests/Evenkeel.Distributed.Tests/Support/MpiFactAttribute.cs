namespace Evenkeel.Distributed.Tests.Support;

/// <summary>A test that needs mpirun of Open MPI.</summary>
internal sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute() => Skip = MpiRun.OpenMpiMissing;
}
