using System.Diagnostics;
using System.Numerics.Tensors;
using System.Reflection;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx.Tests.Support;
using Evenkeel.Tests.Support;
using Evenkeel.TransferLearning;

namespace Evenkeel.Onnx.Tests.Samples;

/// <summary>The program in samples/Evenkeel.TransferLearning, with a small network instead of ResNet-18.</summary>
public class TransferLearningTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void A_last_layer_is_trained_and_saved_with_its_backbone()
    {
        using var folder = new TemporaryFolder();
        string backbone = Path.Combine(folder.Path, "backbone.onnx"), output = Path.Combine(folder.Path, "digits.onnx");
        var random = new RandomSource(1);
        OnnxFile.Save(
            backbone,
            new Sequential(
                new Conv2d(3, 4, 5, random, new Conv2dOptions { Stride = 2 }), new BatchNorm(4), new Relu(), new MaxPool2d(4)),
            sampleShape: [3, 40, 36]);

        (int code, string printed) = Run([backbone, "--data", Path.Combine(Repository.Root, "data/mnist"),
            "--train", "200", "--test", "101", "--epochs", "5", "--out", output]);

        Assert.True(code == 0, printed);
        Assert.Contains("64 features of 200 training and 101 test images", printed, StringComparison.Ordinal);
        Assert.Contains("last layer on the features: test accuracy 0.", printed, StringComparison.Ordinal);
        OnnxNetwork read = OnnxFile.Load(output);
        Assert.Equal([3, 40, 36], read.SampleShape);
        Assert.Equal([1, 10], read.Network.OutputShape([1, 3, 40, 36]));
        Assert.Single(read.Network.NamedLayers(), named => named.Layer is BatchNorm);
    }

    [Fact]
    public void Images_are_prepared_as_for_ResNet_18()
    {
        // The package has this network beside ResNet-18; it subtracts a mean for each pixel, the sample one for each channel.
        string resNet18 = typeof(TransferLearningTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "ResNet18").Value!;
        using var preprocessing = new OnnxRuntimePeer(
            File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(resNet18)!, "..", "ResNetPrepOnnx", "ResNetPreprocess.onnx")));
        float[] expected = preprocessing.Run(Tensor.CreateFromShape<float>([1, 3, 224, 224])).Values;
        float[] black = new float[3 * 224 * 224];
        ImageNetInput.Write(new float[28 * 28], (28, 28), black, (224, 224));

        for (int channel = 0; channel < 3; channel++)
        {
            Range pixels = (channel * 224 * 224)..((channel + 1) * 224 * 224);
            Assert.Equal(expected[pixels].Average(), black[pixels].Average(), 0.01f);
        }
    }

    [Fact]
    public void Images_are_resized_by_interpolation()
    {
        float[] image = new float[3 * 2 * 8], black = new float[3 * 2 * 8];
        ImageNetInput.Write([0, 0.2f, 1, 0], (1, 4), image, (2, 8));
        ImageNetInput.Write([0], (1, 1), black, (2, 8));

        float[] row = [0, 0.05f, 0.15f, 0.4f, 0.8f, 0.75f, 0.25f, 0];
        for (int i = 0; i < image.Length; i++)
        {
            Assert.Equal(255 * row[i % 8], image[i] - black[i], 0.001f);
        }
    }

    /// <summary>Runs the sample, which the build of this project builds too.</summary>
    private static (int Code, string Printed) Run(string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Evenkeel.TransferLearning.dll").Replace('\\', '/')
            .Replace("/tests/Evenkeel.Onnx.Tests/", "/samples/Evenkeel.TransferLearning/", StringComparison.Ordinal);
        var start = new ProcessStartInfo(Environment.ProcessPath!, [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"The sample did not end within {Patience}.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }
}
