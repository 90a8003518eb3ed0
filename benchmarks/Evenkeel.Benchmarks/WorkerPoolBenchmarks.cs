using BenchmarkDotNet.Attributes;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>What it costs to have the threads do nothing: to wake them, and to wait for them.</summary>
public class WorkerPoolBenchmarks
{
    private static readonly Action<int> Nothing = static _ => { };

    /// <summary>How many shares, each of nothing: 1 stays on the caller's thread.</summary>
    [Params(1, 2, 16)]
    public int Shares { get; set; }

    [Benchmark(Description = "Parallelism.For")]
    public void For() => Parallelism.For(Shares, Nothing);
}
