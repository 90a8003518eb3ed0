using System.Diagnostics.CodeAnalysis;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>Shows that the runtime is as before after MPI has been initialized: faults are exceptions.</summary>
internal sealed class RuntimeMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "runtime";

    /// <inheritdoc/>
    public override string Summary => "faults are exceptions still, and MPI is initialized once";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        using (var communicator = MpiCommunicator.Initialize())
        {
            Console.WriteLine($"launcher {MpiCommunicator.IsUnderMpi}, ranks {communicator.Size}");
            Console.WriteLine(NameOf(() => LengthOf(null!)));
            Console.WriteLine(NameOf(() => Divide(1, communicator.Rank)));
            Console.WriteLine(NameOf(() => MpiCommunicator.Initialize()));
        }

        Console.WriteLine(NameOf(() => MpiCommunicator.Initialize()));
        return 0;
    }

    private static int LengthOf([NotNull] string text) => text.Length;

    private static int Divide(int dividend, int divisor) => dividend / divisor;

    private static string NameOf(Func<object> action)
    {
        try
        {
            return action().ToString()!;
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
