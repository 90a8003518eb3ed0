using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Onnx;

namespace Evenkeel.Fuzz.Targets;

/// <summary>The reader of ONNX files: refused, or a network that runs, and that is written and read again as the same.</summary>
internal static class OnnxTarget
{
    /// <summary>The memory that reading may allocate beside a multiple of the file's size, in bytes.</summary>
    private const long BaseMemory = 4 << 20;

    private const long MaxElements = 20_000;

    /// <summary>Makes the target.</summary>
    public static Target Create() => new(
        "onnx",
        [.. Networks().Select(network => OnnxFile.Write(network.Network, network.Sample).File), .. AllTargets.Corpus("onnx")],
        ["Conv", "Relu", "Concat", "Reshape", "axis", "pads", "\b\u0001\u0012", "\u0012\u0005input", "\n\u0005input", "\u007f\u007f\u007f"],
        input => AllTargets.Accepts(() => Check(input)));

    private static void Check(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxNetwork read;
        try
        {
            read = OnnxFile.Read(input);
        }
        catch (OnnxNotSupportedException e) when (e.Obstacles.Count > 0)
        {
            throw new InvalidDataException(e.Message, e);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > BaseMemory + 100L * input.Length)
        {
            throw new FuzzException($"allocated {allocated} bytes for a file of {input.Length}");
        }

        nint[] sample = [.. read.SampleShape];
        nint[] output = read.Network.OutputShape([1, .. sample]);
        if (LargestOf(read.Network, sample) > MaxElements)
        {
            return; // legal, and slow to run
        }

        Tensor<float> y = read.Network.Predict(Tensor.CreateFromShape<float>([1, .. sample]));
        if (!y.Lengths.SequenceEqual(output))
        {
            throw new FuzzException("the output does not have the shape that was announced");
        }

        byte[] first = OnnxFile.Write(read.Network, sample).File, second = OnnxFile.Write(OnnxFile.Read(first).Network, sample).File;
        if (!first.AsSpan().SequenceEqual(second))
        {
            throw new FuzzException("a file that was read and written is not read back as the same");
        }
    }

    /// <summary>The elements of the largest tensor of a sample.</summary>
    private static long LargestOf(Layer network, nint[] sample)
    {
        long largest = Size(sample);
        foreach (LayerSummary layer in NetworkSummary.Of(network, [1, .. sample]).Layers)
        {
            largest = Math.Max(largest, layer.OutputShape is { } shape ? Size([.. shape]) : 0);
        }

        return largest;
    }

    private static long Size(nint[] shape) => shape.Aggregate(1L, (product, length) => Math.Min(long.MaxValue >> 32, product * length));

    private static IEnumerable<(Layer Network, nint[] Sample)> Networks()
    {
        var random = new RandomSource(1);
        yield return (
            new Sequential(
                new Conv2d(2, 4, 3, random, new() { Padding = new Padding(1, 0, 1, 2), Stride = 2 }), new BatchNorm(4), new Relu(),
                new MaxPool2d(2, 1), new GroupNorm(2, 4), new Gelu(), new Flatten(), new Linear(24, 3, random), new Softmax()),
            [2, 7, 5]);
        yield return (
            new Graph(
                new("a", new Conv2d(2, 3, 1, random), Graph.Input),
                new("b", new Clamp(0, 6), "a", Graph.Input) { Combination = Combination.Concatenation },
                new("c", new Sequential(new AdaptiveAveragePool2d(1), new Conv2d(5, 5, 1, random), new HardSigmoid()), "b"),
                new("d", new ChannelAffine(5), "b", "c") { Combination = Combination.Product },
                new("e", new LeakyRelu(), "d", "b")),
            [2, 4, 3]);
        yield return (
            new Sequential(new Linear(4, 6, random), new LayerNorm(6), new Silu(), new RmsNorm(6), new Permute(0, 2, 1), new Tanh()),
            [3, 4]);
        yield return (
            new Sequential(new Conv1d(2, 4, 3, random), new InstanceNorm(4, new() { Affine = true }), new HardSwish()), [2, 8]);
    }
}
