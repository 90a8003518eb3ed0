using System.Diagnostics;
using static System.FormattableString;

namespace Evenkeel.Distributed.Program.Modes;

/// <summary>Measures the exchange of a number of bytes per rank.</summary>
internal sealed class TimeMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "time";

    /// <inheritdoc/>
    public override string Summary => "how long exchanges take";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        using var communicator = MpiCommunicator.Initialize();
        foreach (int bytes in (int[])[8, 1_000, 10_000, 100_000, 1_000_000, 10_000_000])
        {
            int[] lengths = [.. Enumerable.Repeat(bytes, communicator.Size)];
            byte[] own = new byte[bytes], all = new byte[bytes * communicator.Size], other = new byte[all.Length];
            var gathers = new List<double>();
            var exchanges = new List<double>();
            for (int i = 0; i < (bytes < 1_000_000 ? 200 : 20); i++)
            {
                communicator.Barrier();
                long start = Stopwatch.GetTimestamp();
                communicator.AllGather(own, lengths, all);
                gathers.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                communicator.Barrier();
                start = Stopwatch.GetTimestamp();
                communicator.AllToAll(all, lengths, other, lengths);
                exchanges.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            if (communicator.Rank == 0)
            {
                Console.WriteLine(Invariant($"{bytes,9} bytes per rank: AllGather {Median(gathers):F0} us, ")
                    + Invariant($"AllToAll {Median(exchanges):F0} us"));
            }
        }

        return 0;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
