using static System.FormattableString;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>Runs the checks of <see cref="CommunicatorContract"/>.</summary>
internal sealed class ContractMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "contract";

    /// <inheritdoc/>
    public override string Summary => "what every communicator does";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        using var communicator = MpiCommunicator.Initialize();
        foreach ((string name, Action<Communicator> check) in CommunicatorContract.Checks)
        {
            try
            {
                check(communicator);
            }
            catch (InvalidOperationException e)
            {
                Console.WriteLine(Invariant($"rank {communicator.Rank}: {name}: {e.Message}"));
                return 1;
            }
        }

        if (communicator.Rank == 0)
        {
            Console.WriteLine(Invariant($"{CommunicatorContract.Checks.Count} checks on {communicator.Size} ranks with ")
                + communicator.LibraryVersion);
        }

        return 0;
    }
}
