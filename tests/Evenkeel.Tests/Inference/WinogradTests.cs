using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Inference;

public class WinogradTests
{
    [Theory]
    [InlineData(16, 16, 8, 8, 1)]
    [InlineData(16, 17, 2, 2, 1)]
    [InlineData(33, 16, 4, 10, 1)]
    [InlineData(64, 48, 6, 4, 0)]
    [InlineData(20, 100, 14, 30, 2)]
    [InlineData(300, 16, 4, 4, 1)]
    public void Errs_little_more_than_the_direct_method(int inputs, int outputs, int height, int width, int padding)
    {
        var random = new RandomSource(3);
        int rows = height + 2 - 2 * padding, columns = width + 2 - 2 * padding;
        var layer = new Conv2d(inputs, outputs, 3, random, new() { Padding = padding, ChannelAxis = -1 });
        nint[] sample = [rows, columns, inputs];
        Tensor<float> images = PredictorNetworks.Samples(sample, 3);
        Predictor predictor = layer.Compile(sample), direct = layer.Compile(sample, new() { Winograd = false });
        Assert.Contains("Winograd", predictor.Summary().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Winograd", direct.Summary().ToString(), StringComparison.Ordinal);
        (double error, double largest) = Error(layer, images, predictor.Predict(images));
        (double directError, _) = Error(layer, images, direct.Predict(images));
        Assert.InRange(directError, 0, 2e-6 * largest);
        Assert.InRange(error, 0, Math.Max(4 * directError, 1e-6 * largest));
    }

    [Theory]
    [InlineData(7, 8)]
    [InlineData(8, 7)]
    public void Is_not_used_for_odd_results(int height, int width)
    {
        var layer = new Conv2d(16, 16, 3, new RandomSource(1), new() { Padding = 1, ChannelAxis = -1 });
        Assert.DoesNotContain("Winograd", layer.Compile([height, width, 16]).Summary().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_not_used_for_strides_dilation_groups_and_other_kernels()
    {
        var random = new RandomSource(1);
        Conv2dOptions options = new() { Padding = 1, ChannelAxis = -1 };
        Conv2d[] layers =
        [
            new(32, 32, 3, random, options with { Stride = 2 }),
            new(32, 32, 3, random, options with { Padding = 2, Dilation = 2 }),
            new(32, 32, 3, random, options with { Groups = 2 }),
            new(32, 32, 5, random, options with { Padding = 2 }),
            new(3, 32, 3, random, options),
            new(32, 3, 3, random, options),
        ];
        foreach (Conv2d layer in layers)
        {
            Predictor predictor = layer.Compile([8, 8, layer.Inputs]);
            Assert.DoesNotContain("Winograd", predictor.Summary().ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Adds_a_residual_and_rectifies()
    {
        var random = new RandomSource(5);
        Conv2dOptions options = new() { Padding = 1, ChannelAxis = -1 };
        var block = new Residual(new Conv2d(24, 24, 3, random, options), null, new Evenkeel.Layers.Activations.Relu());
        Tensor<float> images = PredictorNetworks.Samples([6, 8, 24], 2);
        Predictor predictor = block.Compile([6, 8, 24]);
        Assert.Contains("Winograd convolution + residual + relu", predictor.Summary().ToString(), StringComparison.Ordinal);
        float[] expected = [.. block.Predict(images)];
        float[] actual = [.. predictor.Predict(images)];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 5e-6f);
        }
    }

    /// <summary>The largest error of a convolution's outputs, and the largest of the exact ones, in double precision.</summary>
    private static (double Error, double Largest) Error(Conv2d layer, Tensor<float> images, Tensor<float> outputs)
    {
        int padding = layer.Options.Padding.Top, rows = (int)images.Lengths[1], columns = (int)images.Lengths[2];
        double error = 0, largest = 0;
        for (int n = 0; n < images.Lengths[0]; n++)
        {
            for (int i = 0; i < outputs.Lengths[1]; i++)
            {
                for (int j = 0; j < outputs.Lengths[2]; j++)
                {
                    for (int o = 0; o < layer.Outputs; o++)
                    {
                        double sum = layer.Bias!.Value[o];
                        for (int tap = 0; tap < 9; tap++)
                        {
                            int row = i + tap / 3 - padding, column = j + tap % 3 - padding;
                            for (int c = 0; row >= 0 && row < rows && column >= 0 && column < columns && c < layer.Inputs; c++)
                            {
                                sum += (double)layer.Weight.Value[o, c, tap / 3, tap % 3] * images[n, row, column, c];
                            }
                        }

                        error = Math.Max(error, Math.Abs(outputs[n, i, j, o] - sum));
                        largest = Math.Max(largest, Math.Abs(sum));
                    }
                }
            }
        }

        return (error, largest);
    }
}
