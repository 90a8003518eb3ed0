using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>
/// A network that PyTorch trained on MNIST, on test images of half the contrast: its accuracy before and after <c>evenkeel model
/// recalibrate</c>, with its normalizations alive and folded, by ONNX Runtime.
/// </summary>
internal static class AdaptationBenchmark
{
    private const string Exporter = "benchmarks/pytorch/digits.py";
    private const string Source = "data/mnist";
    private const int Batch = 500;
    private const int HeaderOfImages = 16;

    /// <summary>The command <c>adaptation</c>.</summary>
    public static Command Command()
    {
        var folder = new Option<string?>("--keep") { Description = "A folder for the files (default: one that is deleted at the end)." };
        var command = new Command("adaptation", "A network of PyTorch, recalibrated for images of half the contrast, in ONNX Runtime.")
        {
            folder,
        };
        command.SetAction(parsed =>
        {
            string files = parsed.GetValue(folder) is { } kept
                ? Directory.CreateDirectory(kept).FullName
                : Directory.CreateTempSubdirectory("evenkeel-adaptation-").FullName;
            try
            {
                Run(files);
            }
            finally
            {
                if (parsed.GetValue(folder) is null)
                {
                    Directory.Delete(files, recursive: true);
                }
            }
        });
        return command;
    }

    private static void Run(string folder)
    {
        Machine.Print(Console.Out);
        string target = Path.Combine(folder, "half-contrast");
        WriteHalfContrast(target);
        Start("/usr/bin/python3", Exporter, folder);
        Recalibrate(folder, "live.onnx", "live-adapted.onnx", "--data", target);
        Recalibrate(folder, "folded.onnx", "folded-adapted.onnx", "--source", Source, "--data", target);

        Dataset<int> plain = IdxImages.LoadFolder(Source).Test, pale = IdxImages.LoadFolder(target).Test;
        using var peer = new OnnxRuntimePeer(folder);
        Console.WriteLine($"\nAccuracy in {peer.Description}\n");
        Console.WriteLine("| file | test images | of half the contrast |\n| --- | ---: | ---: |");
        foreach (string file in (string[])["live", "live-adapted", "folded", "folded-adapted"])
        {
            peer.Load(file, Environment.ProcessorCount);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {file}.onnx | {Accuracy(peer, plain):F4} | {Accuracy(peer, pale):F4} |"));
        }
    }

    /// <summary>Writes the images of MNIST with pixels half as far from mid-grey.</summary>
    private static void WriteHalfContrast(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string path in Directory.GetFiles(Source, "*.gz"))
        {
            using var content = new MemoryStream();
            using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            {
                gzip.CopyTo(content);
            }

            byte[] bytes = content.ToArray();
            if (path.Contains("images", StringComparison.Ordinal))
            {
                for (int i = HeaderOfImages; i < bytes.Length; i++)
                {
                    bytes[i] = (byte)(64 + bytes[i] / 2);
                }
            }

            File.WriteAllBytes(Path.Combine(folder, Path.GetFileNameWithoutExtension(path)), bytes);
        }
    }

    private static void Recalibrate(string folder, string file, string adapted, params string[] data)
    {
        // The build of this project builds that one into the folder beside it.
        string program = Path.Combine(AppContext.BaseDirectory.Replace(
            "/benchmarks/Evenkeel.Benchmarks/", "/src/Evenkeel.Cli/", StringComparison.Ordinal), "Evenkeel.Cli.dll");
        Console.WriteLine($"\nevenkeel model recalibrate {file} {string.Join(' ', data.Select(Path.GetFileName))} --out {adapted}");
        Start("dotnet", [program, "model", "recalibrate", Path.Combine(folder, file), "--out", Path.Combine(folder, adapted), .. data]);
    }

    private static void Start(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} has failed with code {process.ExitCode}; its error is above.");
        }
    }

    private static double Accuracy(OnnxRuntimePeer peer, Dataset<int> images)
    {
        int correct = 0, length = (int)(images.Inputs.FlattenedLength / images.Count);
        for (int start = 0; start < images.Count; start += Batch)
        {
            int count = Math.Min(Batch, images.Count - start);
            float[] scores = peer.Bind(images.Inputs.Elements().Slice(start * length, count * length).ToArray());
            int classes = scores.Length / count;
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> sample = scores.AsSpan(i * classes, classes);
                correct += TensorPrimitives.IndexOfMax(sample) == images.Targets.Elements()[start + i] ? 1 : 0;
            }
        }

        return (double)correct / images.Count;
    }
}
