using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Evenkeel.Inference;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>One predictor under many threads at once: whether every output is right, what calls allocate, and the throughput.</summary>
internal static class ConcurrencyBenchmark
{
    /// <summary>The samples that the calls take in turn.</summary>
    private const int Samples = 64;

    /// <summary>The command <c>concurrency</c>.</summary>
    public static Command Command()
    {
        string[] names = [.. ServingNetwork.All.Select(network => network.Name)];
        var networks = new Option<string[]>("--network")
        {
            Description = "The networks.",
            DefaultValueFactory = _ => ["mlp-5x100"],
            AllowMultipleArgumentsPerToken = true,
        };
        networks.AcceptOnlyFromAmong(names);
        var threads = new Option<int>("--threads") { Description = "The threads that predict at once.", DefaultValueFactory = _ => 32 };
        var calls = new Option<int>("--calls") { Description = "The predictions of each thread.", DefaultValueFactory = _ => 100_000 };
        foreach (Option<int> count in (Option<int>[])[threads, calls])
        {
            PositiveNumbers.Require(count);
        }

        var command = new Command("concurrency", "One predictor under many threads at once, single samples, beside one thread.")
        {
            networks, threads, calls,
        };
        command.SetAction(parsed => Run(
            ServingNetwork.All.Where(network => parsed.GetValue(networks)!.Contains(network.Name)),
            parsed.GetValue(threads),
            parsed.GetValue(calls)));
        return command;
    }

    private static int Run(IEnumerable<ServingNetwork> networks, int threads, int calls)
    {
        Machine.Print(Console.Out);
        Console.WriteLine($"{Machine.Load}\n");
        Console.WriteLine("| network | threads | predictions | wrong | bytes per call | predictions/s | on one thread | ratio | workspaces, KiB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        int wrong = 0;
        foreach (ServingNetwork network in networks)
        {
            Predictor predictor = network.Create().Compile(network.Item, new() { Threads = 1 });
            float[] inputs = network.Draw(Samples, new RandomSource(2)), expected = new float[Samples * predictor.OutputLength];
            predictor.Predict(inputs, expected, Samples);
            Result before = Measure(predictor, inputs, expected, 1, calls);
            Result result = Measure(predictor, inputs, expected, threads, calls);
            Result after = Measure(predictor, inputs, expected, 1, calls);
            double single = (before.Rate + after.Rate) / 2; // the machine's speed drifts
            wrong += before.Wrong + result.Wrong + after.Wrong;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {network.Title} | {threads} | {(long)threads * calls} | {result.Wrong} | {result.Bytes:0.##} | {result.Rate:F0} "
                + $"| {single:F0} | {result.Rate / single:F2} | {predictor.WorkspaceBytes >> 10} |"));
        }

        Console.WriteLine($"\nAt the end {Machine.Load}.");
        return wrong == 0 ? 0 : 1;
    }

    private static Result Measure(Predictor predictor, float[] inputs, float[] expected, int threads, int calls)
    {
        using var ready = new CountdownEvent(threads);
        using var start = new ManualResetEventSlim();
        int wrong = 0;
        Thread[] workers =
        [
            .. Enumerable.Range(0, threads).Select(number => new Thread(() =>
            {
                float[] output = new float[predictor.OutputLength];
                WarmUp(number, output);
                ready.Signal();
                start.Wait();
                Interlocked.Add(ref wrong, Predict(number, calls, output));
            })),
        ];
        Array.ForEach(workers, worker => worker.Start());
        ready.Wait();
        long allocated = GC.GetTotalAllocatedBytes(precise: true), started = Stopwatch.GetTimestamp();
        start.Set();
        Array.ForEach(workers, worker => worker.Join());
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds, all = (double)threads * calls;
        return new Result(wrong, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / all, all / seconds);

        // Compiles the code, and goes on until each thread has had a workspace: as many calls have then run at the same time.
        void WarmUp(int number, float[] output)
        {
            long wanted = threads * predictor.Summary().WorkspaceBytes;
            for (int done = 0; done < calls / 10 || (done < calls && predictor.WorkspaceBytes < wanted); done += Samples)
            {
                Predict(number, Samples, output);
            }
        }

        int Predict(int first, int count, float[] output)
        {
            int wrongOutputs = 0;
            for (int i = 0; i < count; i++)
            {
                int sample = (first + i) % Samples;
                predictor.Predict(inputs.AsSpan(sample * predictor.InputLength, predictor.InputLength), output, 1);
                ReadOnlySpan<float> right = expected.AsSpan(sample * output.Length, output.Length);
                wrongOutputs += MemoryMarshal.AsBytes(right).SequenceEqual(MemoryMarshal.AsBytes(output.AsSpan())) ? 0 : 1;
            }

            return wrongOutputs;
        }
    }

    /// <summary>What was measured.</summary>
    /// <param name="Wrong">The outputs that differ in a bit.</param>
    /// <param name="Bytes">The bytes of managed memory that a call allocates.</param>
    /// <param name="Rate">Predictions per second.</param>
    private readonly record struct Result(int Wrong, double Bytes, double Rate);
}
