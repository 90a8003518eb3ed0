using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Reflection;
using Evenkeel.Inference;
using Evenkeel.Numerics;
using Evenkeel.Onnx;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>Inference of a network from an ONNX file beside ONNX Runtime, by turns, and the memory of both processes.</summary>
internal static class OnnxBenchmark
{
    private const double Tolerance = 1e-4;
    private const double Mebibyte = 1 << 20;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>The command <c>onnx</c>.</summary>
    public static Command Command()
    {
        var file = new Option<string>("--file")
        {
            Description = "The ONNX file; ResNet-18, pretrained on ImageNet, unless given.",
            DefaultValueFactory = _ => typeof(OnnxBenchmark).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(attribute => attribute.Key == "ResNet18").Value!,
        };
        var threads = new Option<int[]>("--threads")
        {
            Description = "The numbers of threads.",
            DefaultValueFactory = _ => [1, 2],
            AllowMultipleArgumentsPerToken = true,
        };
        var batches = new Option<int[]>("--batch")
        {
            Description = "The batch sizes.",
            DefaultValueFactory = _ => [1, 16],
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "The number of rounds; both sides take a turn in each.",
            DefaultValueFactory = _ => 21,
        };
        foreach (Option count in (Option[])[threads, batches, rounds])
        {
            PositiveNumbers.Require(count);
        }

        var command = new Command("onnx", "Inference of a network from an ONNX file, beside ONNX Runtime.")
        {
            file, threads, batches, rounds,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(file)!, parsed.GetValue(threads)!, parsed.GetValue(batches)!, parsed.GetValue(rounds)));
        return command;
    }

    private static void Run(string file, int[] threads, int[] batches, int rounds)
    {
        const string Name = "network";
        Machine.Print(Console.Out);
        string folder = Directory.CreateTempSubdirectory("evenkeel-onnx-").FullName;
        try
        {
            WriteForAnyBatch(file, Path.Combine(folder, $"{Name}.onnx"));
            GC.Collect(); // leaves no garbage of the copy
            long start = Stopwatch.GetTimestamp();
            (Predictor predictor, nint[] sample) = Compile(file);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Read and compiled in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms\n"));
            using var peer = new OnnxRuntimePeer(folder);
            Console.WriteLine($"Beside {peer.Description}; {Machine.Load}\n");
            Console.WriteLine("| threads | batch | ms, Evenkeel | ms, ONNX Runtime | speed, ours ÷ theirs | resident MiB | of ONNX Runtime |");
            Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (int count in threads)
            {
                Parallelism.Threads = count;
                peer.Load(Name, count);
                foreach (int batch in batches)
                {
                    (Rival ours, Rival theirs) = Prepare(predictor, sample, peer, batch);
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                    Rounds taken = Rounds.Take(rounds, Turn, WarmUp, ours, theirs);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {count} | {batch} | {1e3 * taken.Seconds(ours):F1} | {1e3 * taken.Seconds(theirs):F1} "
                        + $"| {taken.Ratio(theirs, ours)} | {Environment.WorkingSet / Mebibyte:F0} | {peer.WorkingSet / Mebibyte:F0} |"));
                }
            }

            Console.WriteLine($"\n{predictor.Summary().ToString().Split('\n')[^1]}. At the end {Machine.Load}.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes the network again, since many files fix the size of a batch.</summary>
    private static void WriteForAnyBatch(string file, string copy)
    {
        OnnxNetwork read = OnnxFile.Load(file);
        OnnxFile.Save(copy, read.Network, [.. read.SampleShape]);
    }

    private static (Predictor Predictor, nint[] Sample) Compile(string file)
    {
        OnnxNetwork read = OnnxFile.Load(file);
        nint[] sample = [.. read.SampleShape];
        return (read.Network.Compile(sample), sample);
    }

    /// <summary>Gives both sides a batch, and checks that they agree on its outputs.</summary>
    private static (Rival Ours, Rival Theirs) Prepare(Predictor predictor, nint[] sample, OnnxRuntimePeer peer, int batch)
    {
        var inputs = new float[batch * (int)TensorPrimitives.Product<nint>(sample)];
        new RandomSource(2).Next().FillNormal(inputs, mean: 0, standardDeviation: 1);
        float[] expected = peer.Bind(inputs), outputs = new float[expected.Length];
        predictor.Predict(inputs, outputs, batch);
        RelativeDifference.Check(outputs, expected, Tolerance);
        return (Rival.Of(() => predictor.Predict(inputs, outputs, batch)), peer.Rival);
    }
}
