using Evenkeel.Numerics;
using Evenkeel.Tests.Normalization;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>Small passes of normalizers with every strategy forced, which all have one hash; in memory that must not be overrun.</summary>
public sealed class StrategiesProbe : Probe
{
    private const int Largest = 12_000;

    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (StrategyRun run in StrategyRun.ChannelFirst.Concat(StrategyRun.Columns).Concat(StrategyRun.Instances)
            .Concat(StrategyRun.Rows)
            .Where(run => run.Length < Largest))
        {
            Write(run.Name, () => run.Bits(offset: 5));
        }

        foreach (Kernel kernel in ((ChannelView[])[new(3, 21, 17), new(3, 21, 32), new(2, 19, 129), new(3, 2, 21, 17)])
            .SelectMany(NormalizationKernels.Of)
            .Concat(NormalizationKernels.OfRows(rows: 5, length: 300)))
        {
            Write(kernel.Name, kernel.InGuardedMemory);
            Write(kernel.Name, () => kernel.BehindLine(0));
        }

        void Write(string name, Func<string> bits) => output.WriteLine(
            $"{name}: {Assert.Single(Strategies.All.Select(strategy => Strategies.With(strategy, bits)).Distinct())}");
    }
}
