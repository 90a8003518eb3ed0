using System.Globalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Benchmarks;

/// <summary>The reductions of normalization beside plain loops with the same arithmetic over the same memory.</summary>
internal static class ReductionBenchmark
{
    private const int RoundCount = 15;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(100);

    private static readonly (string Name, ChannelView View)[] Shapes =
    [
        ("32×256×56×56, channels first", new ChannelView(32, 256, 56 * 56)),
        ("128×64×32×32, channels first", new ChannelView(128, 64, 32 * 32)),
        ("128×256×8×8, channels first", new ChannelView(128, 256, 8 * 8)),
        ("32×256×56×56, channels last", new ChannelView(32 * 56 * 56, 256, 1)),
        ("128×64×32×32, channels last", new ChannelView(128 * 32 * 32, 64, 1)),
        ("4096×1024, dense", new ChannelView(4096, 1024, 1)),
        ("256×512, dense", new ChannelView(256, 512, 1)),
        ("8192×768, a set per row", new ChannelView(1, 8192, 768)),
    ];

    public static void Run()
    {
        Console.WriteLine($"{Caches.Description}\n");
        Console.WriteLine($"Milliseconds, medians of {RoundCount} rounds; x: times as long as the plain loop, with quartiles.");
        Console.WriteLine("| shape | threads | moments | plain | x | gradient sums | plain | x |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        int before = Parallelism.Threads;
        foreach ((string name, ChannelView view) in Shapes)
        {
            float[] x = RandomValues.Normal(view.Length, 1, mean: 0.3f), gradient = RandomValues.Normal(view.Length, 2);
            var moments = new Moments[view.Sets];
            var sums = new GradientSums[view.Sets];
            double[] means = new double[view.Sets];
            foreach (int threads in (int[])[1, 2])
            {
                Parallelism.Threads = threads;
                string first = Compare(() => ChannelMoments.Compute<float>(x, view, moments), PlainReduction.Moments(x));
                string second = Compare(
                    () => ChannelGradientSums.Compute(gradient, x, view, means, sums), PlainReduction.GradientSums(x, gradient));
                Console.WriteLine($"| {name} | {threads} | {first} | {second} |");
            }
        }

        Parallelism.Threads = before;
    }

    private static string Compare(Action ours, Action plain)
    {
        (Rival library, Rival loop) = (Rival.Of(ours), Rival.Of(plain));
        Rounds rounds = Rounds.Take(RoundCount, Turn, WarmUp, library, loop);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{1e3 * rounds.Seconds(library):G3} | {1e3 * rounds.Seconds(loop):G3} | {rounds.Ratio(library, loop)}");
    }
}
