using Evenkeel.Distributed.Tests.Support;
using Evenkeel.Tests.Support;

namespace Evenkeel.Distributed.Tests.Mpi;

/// <summary>Training over ranks of Open MPI; <see cref="Training.DataParallelTests"/> have all that need no MPI.</summary>
[Collection("mpirun")]
public sealed class MpiTrainingTests
{
    [MpiFact]
    public void Weights_have_the_bits_of_one_process()
    {
        foreach (string[] arguments in (string[][])
        [
            ["train", "mlp", "20", "2", "8", "1"],
            ["train", "cnn", "20", "2", "8", "1"],
            ["train", "resnet20", "12", "2", "8", "1"],
            ["train", "cross-iteration", "20", "4", "8", "1"],
        ])
        {
            string[] alone = Result(MpiRun.StartAlone([], arguments));
            Assert.Equal(alone, Result(MpiRun.Start(3, arguments)));
            Assert.Equal(alone, Result(MpiRun.Start(4, arguments)));
        }
    }

    [MpiFact]
    public void The_program_of_the_page_runs_on_ranks()
    {
        (string page, string code) = Assert.Single(DocumentedCode.In("tests/Evenkeel.Distributed.Program/Modes/ExampleMode.cs"));
        Assert.Contains(code, DocumentedCode.Page(page), StringComparison.Ordinal);

        using var run = MpiRun.Start(2, "example");
        Assert.Equal(0, run.Wait());
        Assert.StartsWith("accuracy ", run.Output.Trim(), StringComparison.Ordinal);
    }

    /// <summary>The hash of the weights, and the loss.</summary>
    private static string[] Result(MpiRun run)
    {
        using (run)
        {
            Assert.Equal(0, run.Wait());
            return run.Output.Trim().Split(' ')[..3];
        }
    }
}
