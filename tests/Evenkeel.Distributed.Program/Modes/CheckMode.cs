using static System.FormattableString;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>Checks that ranks agree: <c>check version</c> and <c>check data</c> make rank 2 differ, <c>check nothing</c> none.</summary>
internal sealed class CheckMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "check";

    /// <inheritdoc/>
    public override string Summary => "ranks agree, or differ in their version or data";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        using var communicator = MpiCommunicator.Initialize();
        using var watch = JobWatch.Start(communicator);
        bool differs = communicator.Rank == 2;
        try
        {
            JobCheck.VerifyAs(
                differs && arguments[0] == "version" ? "9.9.9" : JobCheck.Version,
                communicator,
                [new("data", differs && arguments[0] == "data" ? "of other rows" : "of 100 rows")]);
            watch.Complete();
        }
        catch (RankDifferenceException e)
        {
            watch.End(e, 3);
        }

        if (communicator.Rank == 0)
        {
            Console.WriteLine(Invariant($"{communicator.Size} ranks agree"));
        }

        return 0;
    }
}
