using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Benchmarks;

/// <summary>
/// Fitting and transforming a table in memory, beside scikit-learn's scalers on the same table, and beside a plain read and a
/// plain copy of it. One call of ours, one of theirs, by turns; the ratio is the median of the rounds' ratios.
/// </summary>
internal static class FeatureScalingBenchmark
{
    private const int Rows = 1_000_000;
    private const int Columns = 32;
    private const int WarmUp = 3;
    private const int Rounds = 15;
    private const int Chunk = 64_000;

    private static readonly (string Name, Func<Scaler> Make)[] Scalers =
    [
        ("standard", () => new StandardScaler()),
        ("min-max", () => new MinMaxScaler()),
        ("max-abs", () => new MaxAbsScaler()),
        ("robust", () => new RobustScaler()),
    ];

    public static void Run()
    {
        float[] table = RandomValues.Normal(Rows * Columns, seed: 1), result = new float[table.Length];
        using var peer = new ScikitLearn(table, Rows, Columns);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Rows:N0} × {Columns} float, {Parallelism.Threads} threads, beside {peer.Version}."));
        Console.WriteLine("ms: medians of the rounds; x: medians of the rounds' ratios. Plain: a read of the table, or a copy of it.");
        Console.WriteLine("| scaler   | call      | Evenkeel | scikit-learn |     x | plain |    x |");
        Console.WriteLine("| -------- | --------- | -------: | -----------: | ----: | ----: | ---: |");
        foreach ((string name, Func<Scaler> make) in Scalers)
        {
            Scaler scaler = make();
            Compare(peer, name, "fit", () => scaler.Fit<float>(Span(table)), () => Read(table));
            Compare(peer, name, "transform", () => scaler.Transform<float>(Span(table), Span(result)), () => Copy(table, result));
        }
    }

    private static void Compare(ScikitLearn peer, string scaler, string call, Action ours, Action plain)
    {
        var times = new List<(double Ours, double Theirs, double Plain)>();
        for (int round = -WarmUp; round < Rounds; round++)
        {
            (double, double, double) seconds = (Seconds(ours), peer.Seconds(scaler, call), Seconds(plain));
            if (round >= 0)
            {
                times.Add(seconds);
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {scaler,-8} | {call,-9} | {Median(t => 1e3 * t.Ours),8:F1} | {Median(t => 1e3 * t.Theirs),12:F1} | {Median(t => t.Theirs / t.Ours),5:F1} | {Median(t => 1e3 * t.Plain),5:F1} | {Median(t => t.Ours / t.Plain),4:F2} |"));

        double Median(Func<(double Ours, double Theirs, double Plain), double> of) => times.Select(of).Order().ElementAt(times.Count / 2);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static TensorSpan<float> Span(float[] table) => new(table, [Rows, Columns], []);

    private static void Read(float[] table) =>
        Parallelism.For(table.Length / Chunk, i => _ = TensorPrimitives.Sum<float>(table.AsSpan(i * Chunk, Chunk)));

    private static void Copy(float[] table, float[] result) =>
        Parallelism.For(table.Length / Chunk, i => table.AsSpan(i * Chunk, Chunk).CopyTo(result.AsSpan(i * Chunk, Chunk)));
}
