using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>Passes of a normalizer on tensors of a user's: all results as one hash of their bits.</summary>
internal sealed class StrategyRun
{
    private readonly Func<Layer> _make;
    private readonly nint[] _lengths;
    private readonly float[] _x;
    private readonly float[] _dy;

    private StrategyRun(string name, Func<Layer> make, params nint[] lengths)
    {
        (_make, _lengths) = (make, lengths);
        Name = $"{name} [{string.Join(", ", lengths)}]";
        int length = Normalizer.Product(lengths);
        _x = TestData.Uniform(length, seed: 1);
        _dy = TestData.Uniform(length, seed: 2);
    }

    /// <summary>The normalizer and the input's lengths.</summary>
    public string Name { get; }

    public int Length => _x.Length;

    /// <summary>
    /// Batches with their channels on axis 1: runs of every kind, several blocks to a set, several sets together and a rest.
    /// </summary>
    public static IEnumerable<StrategyRun> ChannelFirst =>
    [
        .. ((int[])[2, 15, 16, 17, 31, 33, 100, 127, 128, 129, 144]).Select(length => Batch(3, 40, length)),
        .. ((int[])[255, 256, 257, 1000, 1024, 1030]).Select(length => Batch(2, 11, length)),
        Batch(4, 7, 2000), Batch(3, 5, 4096), Batch(3, 5, 4097), Batch(2, 7, 5000), Batch(60, 21, 300), Batch(300, 40, 17),
        Batch(300, 400, 17),
        Batch(1, 40, 2), Batch(1, 5, 5000),
    ];

    /// <summary>Batches whose channels are columns: matrices, and images with their channels last.</summary>
    public static IEnumerable<StrategyRun> Columns =>
    [
        .. ((int[])[1, 15, 16, 17, 31, 33, 100, 130, 1030])
            .SelectMany(columns => (StrategyRun[])[Batch(2, columns), Batch(7, columns), Batch(300, columns)]),
        Batch(1, 40, 1, 2), Batch(5000, 33), Batch(4200, 144), Batch(4200, 130),
        .. ((int[])[1, 16, 33, 130]).Select(columns => new StrategyRun(
            "batch, channel last", () => new BatchNorm(columns, new() { ChannelAxis = -1 }), 9, 5, 7, columns)),
    ];

    /// <summary>Channels of samples, also where they are neither first nor last.</summary>
    public static IEnumerable<StrategyRun> Instances =>
    [
        .. ((int[])[2, 15, 16, 17, 33, 130, 256, 300, 1000, 4096, 5000]).Select(length => Instance(1, 4, 9, length)),
        .. ((int[])[2, 16, 17, 256, 300, 2000]).Select(length => Instance(2, 3, 4, 5, length)),
        .. ((int[])[1, 16, 33]).Select(channels => Instance(-1, 3, 50, channels)),
    ];

    /// <summary>Rows, with a mean that is subtracted and without; of the last, each thread has several blocks.</summary>
    public static IEnumerable<StrategyRun> Rows =>
        from shape in (IEnumerable<(int Rows, int Length)>)
        [
            .. from length in (int[])[1, 2, 7, 16, 33, 300, 1024, 5000]
               from rows in (int[])[1, 2, 7, 301]
               select (rows, length),
            (3103, 17), (3100, 100), (4200, 48), (5, 16_384), (20, 16_400),
        ]
        from make in (Func<int, Layer>[])[features => new LayerNorm(features), features => new RmsNorm(features)]
        select new StrategyRun(make(shape.Length).GetType().Name, () => make(shape.Length), shape.Rows, shape.Length);

    /// <summary>
    /// A step forward and back without a ReLU, one with, and one with a sum and a ReLU, then inference: outputs, gradients, and running
    /// statistics. The tensors begin so many floats behind a line of the cache.
    /// </summary>
    public string Bits(int offset)
    {
        Layer layer = _make();
        foreach (Parameter parameter in layer.Parameters)
        {
            TestData.Uniform(parameter.Length, seed: parameter.Name.Length).CopyTo(parameter.Values);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Tensor<float> x = At(offset, _x), dy = At(offset, _dy);
        Append(layer.Forward(x, Pass.Training).Elements());
        Append(layer.Backward(dy).Elements());
        if (layer is IEpilogueHost host)
        {
            Append(Layer.ForwardFused(host, x, Pass.Training, residual: null, relu: true).Elements());
            Append(Layer.BackwardFused(host, dy, gated: null).Elements());
            Tensor<float> gated = At(offset, new float[Length]);
            Append(Layer.ForwardFused(host, x, Pass.Training, residual: dy, relu: true).Elements());
            Append(Layer.BackwardFused(host, x, gated).Elements());
            Append(gated.Elements());
        }

        Append(layer.Forward(x, Pass.Inference).Elements());
        foreach (Parameter parameter in layer.Parameters)
        {
            Append(parameter.Gradients);
        }

        if (Normalizer.RunningOf(layer) is RunningStatistics running)
        {
            hash.AppendData(MemoryMarshal.AsBytes<double>([.. running.Mean, .. running.Variance]));
        }

        return Convert.ToHexString(hash.GetCurrentHash().AsSpan(0, 8));

        void Append(ReadOnlySpan<float> values) => hash.AppendData(MemoryMarshal.AsBytes(values));
    }

    public override string ToString() => Name;

    private static StrategyRun Batch(params nint[] lengths) => new("batch", () => new BatchNorm((int)lengths[1]), lengths);

    private static StrategyRun Instance(int axis, params nint[] lengths) => new(
        $"instance, channels on {axis}",
        () => new InstanceNorm((int)(axis < 0 ? lengths[^1] : lengths[axis]), new()
        {
            ChannelAxis = axis,
            Affine = true,
            RunningAverage = RunningAverage.Exponential(0.1),
        }),
        lengths);

    private Tensor<float> At(int offset, float[] values)
    {
        AlignedBuffer memory = AlignedBuffer.Of(offset + values.Length);
        values.CopyTo(memory.Span[offset..]);
        return Tensor.Create(memory.Array, memory.Start + offset, _lengths, []);
    }
}
