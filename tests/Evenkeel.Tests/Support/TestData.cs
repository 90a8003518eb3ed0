using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Support;

/// <summary>Values to test with: the same on every machine.</summary>
public static class TestData
{
    /// <summary>Floats between −1 and 1.</summary>
    public static float[] Uniform(int length, int seed)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = 2 * random.NextSingle() - 1;
        }

        return values;
    }

    /// <summary>Floats of any kind: every bit at random, so that tiny, huge, infinite and NaN all occur.</summary>
    public static float[] RandomBits(int length, int seed)
    {
        var values = new float[length];
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Values whose channels differ in mean and spread, around <paramref name="center"/>.</summary>
    public static float[] Channels(ChannelView view, int seed, float center = 0, float spread = 1)
    {
        float[] values = Uniform(view.Length, seed);
        for (int i = 0; i < values.Length; i++)
        {
            int channel = Views.SetOf(view, i);
            values[i] = center + spread * (channel % 5 - 2 + (1 + channel % 3) * values[i]);
        }

        return values;
    }

    /// <summary>The same values in double precision.</summary>
    public static double[] Widen(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }

    /// <summary>A dense tensor of the given shape.</summary>
    public static Tensor<T> Tensor<T>(T[] values, params ReadOnlySpan<nint> lengths) =>
        System.Numerics.Tensors.Tensor.Create(values, lengths);
}
