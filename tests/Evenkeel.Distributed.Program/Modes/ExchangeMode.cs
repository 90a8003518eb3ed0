using System.Globalization;
using static System.FormattableString;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>Exchanges under a <see cref="JobWatch"/> until a rank is killed; with a number, as many times.</summary>
internal sealed class ExchangeMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "exchange";

    /// <inheritdoc/>
    public override string Summary => "until a rank is killed, or a number of times";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        int times = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : int.MaxValue;
        using var communicator = MpiCommunicator.Initialize();
        using var watch = JobWatch.Start(communicator, "Resume it.");
        if (communicator.Rank == 0)
        {
            Console.WriteLine($"processes {string.Join(' ', watch.Ranks.Select(rank => rank.Process))}");
        }

        var all = new byte[100 * communicator.Size];
        int[] lengths = [.. Enumerable.Repeat(100, communicator.Size)];
        try
        {
            for (int i = 0; i < times; i++)
            {
                communicator.AllGather(new byte[100], lengths, all);
                if (i % 50 == communicator.Rank)
                {
                    Thread.Sleep(1); // the others wait
                }
            }

            watch.Complete();
        }
        catch (CommunicationException e)
        {
            watch.End(e);
        }

        if (communicator.Rank == 0)
        {
            Console.WriteLine(Invariant($"{times} exchanges"));
        }

        return 0;
    }
}
