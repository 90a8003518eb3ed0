using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Tests.Training;

public class BatchNoiseTests
{
    private const int BatchSize = 10;
    private const int Units = 2_000;

    [Fact]
    public void Shifts_and_scales_are_distributed_as_the_statistics_of_a_batch()
    {
        var noise = new BatchNoise(BatchSize, new RandomSource(3));
        (double[] shifts, double[] scales) = Noise(noise);

        // The mean of m numbers has a variance of 1/m; (1/scale)² is χ² of m − 1 over m: its mean is 1 − 1/m, its variance 2(m − 1)/m².
        Assert.Equal(0, shifts.Average(), 0.03);
        Assert.Equal(0.1, shifts.Average(shift => shift * shift), 0.015);
        double[] variances = [.. scales.Select(scale => 1 / (scale * scale))];
        Assert.Equal(0.9, variances.Average(), 0.04);
        Assert.Equal(0.18, variances.Average(variance => (variance - 0.9) * (variance - 0.9)), 0.04);
    }

    [Fact]
    public void All_rows_have_the_same_noise_and_each_step_has_its_own()
    {
        var noise = new BatchNoise(BatchSize, new RandomSource(3));
        Tensor<float> equal = Tensor.Create([1f, -2, 1, -2, 1, -2], [3, 2]);
        float[] first = [.. noise.Forward(equal, Pass.Training)], second = [.. noise.Forward(equal, Pass.Training)];
        Assert.Equal(first[..2], first[2..4]);
        Assert.Equal(first[..2], first[4..]);
        Assert.All(first.Zip(second), pair => Assert.NotEqual(pair.First, pair.Second));

        Tensor<float> again = new BatchNoise(BatchSize, new RandomSource(3)).Forward(equal, Pass.Training);
        Assert.Equal(first, again.Elements().ToArray());
    }

    [Fact]
    public void There_is_none_in_inference()
    {
        Tensor<float> input = Tensor.Create([0.5f, -3, 2, 0], [2, 2]);
        Tensor<float> output = new BatchNoise(BatchSize, new RandomSource(3)).Forward(input, Pass.Inference);
        Assert.Equal(input.Elements().ToArray(), output.Elements().ToArray());
    }

    [Fact]
    public void The_gradient_is_the_finite_difference()
    {
        const float Step = 1 / 64f;
        float[] x = [0.5f, -1, 2, 0.25f, 1, -0.5f], dy = [1, 2, -1, 0.5f, 3, -2];
        var noise = new BatchNoise(BatchSize, new RandomSource(3));
        noise.Forward(Tensor.Create(x, [2, 3]), Pass.Training);
        float[] gradient = [.. noise.Backward(Tensor.Create(dy, [2, 3]))];
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal((Loss(i, Step) - Loss(i, -Step)) / (2 * Step), gradient[i], 1e-4);
        }

        // A new layer draws the same noise at its first step.
        double Loss(int moved, float by)
        {
            float[] at = [.. x.Select((value, i) => i == moved ? value + by : value)];
            Tensor<float> y = new BatchNoise(BatchSize, new RandomSource(3)).Forward(Tensor.Create(at, [2, 3]), Pass.Training);
            return y.Elements().ToArray().Zip(dy, (a, b) => (double)a * b).Sum();
        }
    }

    /// <summary>The noise y = (x − shift)·scale of a step.</summary>
    private static (double[] Shifts, double[] Scales) Noise(BatchNoise noise)
    {
        float[] rows = [.. Enumerable.Repeat(0f, Units), .. Enumerable.Repeat(1f, Units)];
        float[] y = [.. noise.Forward(Tensor.Create(rows, [2, Units]), Pass.Training)];
        double[] scales = [.. y[Units..].Zip(y[..Units], (one, zero) => (double)one - zero)];
        return ([.. y[..Units].Zip(scales, (zero, scale) => -zero / scale)], scales);
    }
}
