using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Benchmarks;

/// <summary>Saving and loading a gigabyte of weights, beside a plain write and read that hashes and flushes too; and checkpoints.</summary>
internal static class ModelFileBenchmark
{
    private const int Rounds = 6;
    private const int Layers = 16;
    private const int Features = 4096;
    private const int Part = 1 << 20;

    /// <summary>Prints the times, and the ratios of each round.</summary>
    public static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("evenkeel-files-").FullName;
        try
        {
            Files(folder);
            Checkpoints(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Files(string folder)
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            [.. Enumerable.Range(0, Layers).SelectMany(_ => (Layer[])[new Linear(Features, Features, random), new BatchNorm(Features)])]);
        long bytes = network.Parameters.Sum(parameter => (long)parameter.Length) * sizeof(float);
        string ours = Path.Combine(folder, "ours.evenkeel"), plain = Path.Combine(folder, "plain");
        float[][] weights = [.. network.Parameters.Select(parameter => parameter.Value.ToArray())];
        double saved = 0, savedPlain = 0, loaded = 0, loadedPlain = 0;
        for (int round = 0; round <= Rounds; round++)
        {
            // New files for both: a virtual machine that gives freed memory back to its host is slower where a file is replaced, since
            // the memory of the old one is free only at the end.
            File.Delete(ours);
            File.Delete(plain);
            (double written, double writtenPlain) =
                Both(round, () => ModelFile.Save(network, ours), () => Write(plain, weights));
            (double read, double readPlain) = Both(round, () => ModelFile.Load(ours), () => Read(plain, weights));
            Console.WriteLine(
                $"{bytes / 1e9:F2} GB: save {written:F2} s, plain {writtenPlain:F2} s; load {read:F2} s, plain {readPlain:F2} s"
                + (round == 0 ? " (not counted)" : ""));
            if (round > 0)
            {
                saved += written;
                savedPlain += writtenPlain;
                loaded += read;
                loadedPlain += readPlain;
            }
        }

        // Sums, since the second to write is slower, and each is it in every other round.
        Console.WriteLine($"ours/plain over all rounds: save {saved / savedPlain:F2}, load {loaded / loadedPlain:F2}");
    }

    /// <summary>Steps of ResNet-20 and checkpoints between them.</summary>
    private static void Checkpoints(string folder)
    {
        const int Count = 1280;
        var data = new Dataset<int>(
            Tensor.CreateFromShape<float>([Count, 32, 32, 3]), Tensor.Create([.. Enumerable.Range(0, Count).Select(i => i % 10)]));
        new RandomStream(1, 0).FillNormal(data.Inputs.Elements(), 0, 1);
        Trainer<int> without = Trainer(null);
        var checkpoints = new Checkpoints(Path.Combine(folder, "run")) { AtEpochEnd = false };
        Trainer<int> with = Trainer(checkpoints);
        var options = new FitOptions { BatchSize = 128 };
        without.Fit(data, options);
        with.Fit(data, options);
        var steps = new List<double>();
        var writes = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            steps.Add(Seconds(() => without.Fit(data, options)));
            with.Step(data.Take(128).Inputs, data.Take(128).Targets);
            writes.Add(Seconds(with.SaveCheckpoint));
        }

        double write = Median(writes);
        Console.WriteLine(
            $"ResNet-20, batch 128: {Median(steps) / (Count / 128) * 1e3:F0} ms per step, {write * 1e3:F1} ms per checkpoint: "
            + $"{write / 30:P3} of training with one every 30 s");
    }

    private static Trainer<int> Trainer(Checkpoints? checkpoints) => new(
        ResidualNetwork.Create(3, 10, new RandomSource(1), new ResidualNetworkOptions
        {
            Normalization = static layer => new BatchNorm(layer.Outputs, new BatchNormOptions { ChannelAxis = -1 }),
        }),
        new SoftmaxCrossEntropy(),
        new Sgd(0.1, 0.9))
    {
        Checkpoints = checkpoints,
    };

    private static void Write(string path, float[][] tensors)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        foreach (float[] tensor in tensors)
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (Span<byte> rest = MemoryMarshal.AsBytes(tensor.AsSpan()); !rest.IsEmpty; rest = rest[Math.Min(Part, rest.Length)..])
            {
                Span<byte> part = rest[..Math.Min(Part, rest.Length)];
                sha.AppendData(part);
                file.Write(part);
            }

            sha.GetHashAndReset();
        }

        file.Flush(flushToDisk: true);
    }

    private static void Read(string path, float[][] like)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        foreach (int length in like.Select(tensor => tensor.Length))
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            float[] tensor = new float[length];
            for (Span<byte> rest = MemoryMarshal.AsBytes(tensor.AsSpan()); !rest.IsEmpty; rest = rest[Math.Min(Part, rest.Length)..])
            {
                Span<byte> part = rest[..Math.Min(Part, rest.Length)];
                file.ReadExactly(part);
                sha.AppendData(part);
            }

            sha.GetHashAndReset();
        }
    }

    /// <summary>Times two actions, which take turns in being the first.</summary>
    private static (double Ours, double Plain) Both(int round, Action ours, Action plain)
    {
        GC.Collect();
        double first = Seconds(round % 2 == 0 ? ours : plain);
        GC.Collect();
        double second = Seconds(round % 2 == 0 ? plain : ours);
        return round % 2 == 0 ? (first, second) : (second, first);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
