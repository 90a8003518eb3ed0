namespace Evenkeel.Distributed.Tests.Support;

/// <summary>A test that needs mpirun of MPICH.</summary>
internal sealed class MpichFactAttribute : FactAttribute
{
    public MpichFactAttribute() => Skip = MpiRun.MpichMissing;
}
