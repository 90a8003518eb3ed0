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
    public static void AssertClose(float[] expected, float[] actual, double tolerance) =>
        AssertClose(Array.ConvertAll(expected, value => (double)value), actual, tolerance);

    /// <summary>Asserts that values differ from those in double precision by no more than a fraction of the largest.</summary>
    public static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Max(Math.Abs);
        double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance * scale, $"The largest difference is {worst / scale:G3} of the largest output, {scale:G3}.");
    }
}
