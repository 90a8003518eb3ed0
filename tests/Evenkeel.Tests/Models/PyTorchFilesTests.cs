using System.Numerics.Tensors;
using System.Security.Cryptography;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Models;

/// <summary>Files written from PyTorch's models by <c>Golden/models.py</c>, and files of ours read by Python.</summary>
public class PyTorchFilesTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Models", "Golden");

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    [InlineData("normalizations")]
    public void Networks_of_PyTorch_give_its_outputs(string name)
    {
        Sequential network = Create(name);
        LoadReport report = Load(network, name);
        Assert.True(report.IsComplete);
        AssertOutputs(name, network, channelsLast: false);
    }

    [Fact]
    public void The_residual_network_takes_the_names_of_torchvision()
    {
        Sequential network = ResidualNetwork.Create(channels: 3, classes: 10, new RandomSource(1), new ResidualNetworkOptions
        {
            Normalization = static layer => new BatchNorm(layer.Outputs, new() { ChannelAxis = -1 }),
        });
        LoadReport report = Load(network, "resnet20", new LoadOptions { Rename = TorchvisionNames.FromTorchvision });
        Assert.Equal(128, report.Loaded.Count);
        AssertOutputs("resnet20", network, channelsLast: true);
        using SafetensorsFile file = Safetensors.Read(Path.Combine(Folder, "resnet20.safetensors"));
        Assert.Equal(
            file.Tensors.Select(tensor => tensor.Name).Order(),
            network.StateDict().Select(tensor => TorchvisionNames.ToTorchvision(tensor.Name)).Order());
    }

    [PythonTheory]
    [InlineData("mlp")]
    [InlineData("normalizations")]
    public void Python_reads_the_bits_that_were_written(string name)
    {
        Sequential network = Create(name);
        Load(network, name);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "network.evenkeel");
        ModelFile.Save(network, path);
        string[] lines = Python.Run(Path.Combine(Folder, "read_back.py"), path)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(network.StateDict().Select(Describe).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    private static string Describe(NamedTensor tensor)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        tensor.ForEachPart(sha.AppendData);
        string shape = string.Join(",", tensor.Lengths.ToArray());
        return $"{tensor.Name} {Safetensors.NameOf(tensor.Type)} [{shape}] {Convert.ToHexStringLower(sha.GetHashAndReset())}";
    }

    private static LoadReport Load(Layer network, string name, LoadOptions? options = null)
    {
        using SafetensorsFile file = Safetensors.Read(Path.Combine(Folder, name + ".safetensors"));
        return network.Load(file.Tensors, options);
    }

    private static void AssertOutputs(string name, Layer network, bool channelsLast)
    {
        using SafetensorsFile expected = Safetensors.Read(Path.Combine(Folder, name + "-expected.safetensors"));
        Tensor<float> input = expected["input"].Read<float>();
        if (channelsLast)
        {
            input = Tensor.PermuteDimensions(input, [0, 2, 3, 1]).ToDenseTensor();
        }

        ReadOnlySpan<double> output = expected["output"].Read<double>().Elements();
        ReadOnlySpan<float> actual = network.Predict(input).Elements();
        double largest = TensorPrimitives.MaxMagnitude(output);
        for (int i = 0; i < output.Length; i++)
        {
            Assert.Equal(output[i] / largest, actual[i] / largest, tolerance: Tolerances.NetworkOfPyTorch);
        }
    }

    private static Sequential Create(string name)
    {
        var random = new RandomSource(1);
        return name switch
        {
            "mlp" => new(
                new Linear(20, 16, random), new BatchNorm(16), new Relu(),
                new Linear(16, 16, random, bias: false), new BatchNorm(16, BatchNormOptions.FromPyTorch(momentum: null)), new Tanh(),
                new Dropout(0.3, random), new Linear(16, 12, random), new Sigmoid(), new Linear(12, 5, random)),
            "cnn" => new(
                new Conv2d(3, 8, 3, random, new() { Padding = 1 }), new BatchNorm(8), new Relu(), new MaxPool2d(2),
                new Conv2d(8, 12, 3, random, new() { Stride = 2, Groups = 2, Bias = false }), new BatchNorm(12), new Relu(),
                new AveragePool2d(2), new Flatten(), new Linear(72, 5, random)),
            _ => new(
                new Conv2d(3, 8, 3, random, new() { Padding = 1 }), new BatchNorm(8),
                Convolution(), new BatchNorm(8, new() { Epsilon = 1e-3, Affine = false }),
                Convolution(), new BatchNorm(8, new() { RunningAverage = null }),
                Convolution(), new GroupNorm(4, 8),
                Convolution(), new GroupNorm(1, 8),
                Convolution(), new InstanceNorm(8),
                Convolution(), new InstanceNorm(8, new() { Affine = true, RunningAverage = RunningAverage.FromPyTorch(0.1) }),
                Convolution(), new LayerNorm([8, 6, 6]),
                Convolution(), new LayerNorm([6, 6], new() { Weight = false, Bias = false }),
                new Flatten(), new Linear(288, 16, random), new BatchNorm(16), new LayerNorm(16), new Linear(16, 4, random)),
        };

        Conv2d Convolution() => new(8, 8, 3, random, new() { Padding = 1 });
    }
}
