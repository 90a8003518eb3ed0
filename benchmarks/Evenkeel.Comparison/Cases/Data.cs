using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Numerics;

namespace Evenkeel.Comparison.Cases;

/// <summary>The data of the cases: standard normal numbers, in arrays that begin at a cache line.</summary>
internal static class Data
{
    private const int FloatsPerLine = 16;

    private static readonly Dictionary<(string Shape, ulong Seed), Tensor<float>> Latest = [];

    /// <summary>The tensor of a shape and seed, kept until another shape is requested: neighbouring cases share it.</summary>
    public static Tensor<float> Normal(ReadOnlySpan<nint> lengths, ulong seed)
    {
        string shape = Describe(lengths);
        if (Latest.Keys.Any(key => key.Shape != shape))
        {
            Latest.Clear();
        }

        if (!Latest.TryGetValue((shape, seed), out Tensor<float>? tensor))
        {
            Latest[(shape, seed)] = tensor = Make(lengths, seed);
        }

        return tensor;
    }

    /// <summary>The lengths, joined by x.</summary>
    public static string Describe(ReadOnlySpan<nint> lengths) => string.Join('x', lengths.ToArray());

    private static Tensor<float> Make(ReadOnlySpan<nint> lengths, ulong seed)
    {
        int length = checked((int)TensorPrimitives.Product(lengths));
        float[] array = GC.AllocateUninitializedArray<float>(length + FloatsPerLine - 1, pinned: true);
        nint element = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) / sizeof(float);
        int start = (int)(-element & (FloatsPerLine - 1));
        new RandomStream(seed, Stream: 0).FillNormal(array.AsSpan(start, length), mean: 0, standardDeviation: 1);
        return Tensor.Create(array, start, lengths, []);
    }
}
