using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Onnx.Tests.Support;

/// <summary>Comparisons of a network with its file, run by ONNX Runtime.</summary>
internal static class Agreement
{
    /// <summary>The largest difference that the issue allows, relative to the largest output.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>Asserts that ONNX Runtime gives what the network gives, for several sizes of a batch.</summary>
    public static void AssertRuns(byte[] file, Layer network, nint[] sample, params ReadOnlySpan<int> batches)
    {
        using var peer = new OnnxRuntimePeer(file);
        foreach (int batch in batches)
        {
            Tensor<float> input = Evenkeel.Tests.Inference.PredictorNetworks.Samples(sample, batch);
            Tensor<float> expected = network.Predict(input);
            (float[] values, long[] shape) = peer.Run(input);
            Assert.Equal(expected.Lengths.ToArray().Select(length => (long)length), shape);
            AssertClose([.. expected], values, Tolerance);
        }
    }

    /// <summary>Asserts that values differ by no more than a fraction of the largest.</summary>
    public static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(value => Math.Abs((double)value));
        double worst = expected.Zip(actual, (e, a) => Math.Abs((double)e - a)).Max();
        Assert.True(worst <= tolerance * scale, $"The largest difference is {worst / scale:G3} of the largest output, {scale:G3}.");
    }
}
