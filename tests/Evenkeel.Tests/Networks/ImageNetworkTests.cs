using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

/// <summary>The convolutional and the residual network: what they are made of, and that they train as any network does.</summary>
[Collection(nameof(ProcessWideState))]
public class ImageNetworkTests
{
    private const int Classes = 3;

    private static readonly Dictionary<string, Func<Func<Conv2d, Layer>?, Sequential>> Networks = new()
    {
        ["cnn"] = norm => ConvolutionalNetwork.Create(new Extent(9, 8), 2, Classes, new RandomSource(1), new() { Normalization = norm }),
        ["residual"] = norm => ResidualNetwork.Create(2, Classes, new RandomSource(1), new() { Blocks = 1, Normalization = norm }),
    };

    private static readonly Dictionary<string, Func<Conv2d, Layer>?> Normalizations = new()
    {
        ["none"] = null,
        ["batch"] = Batch,
        ["group"] = convolution => new GroupNorm(4, convolution.Outputs, new() { ChannelAxis = -1 }),
        ["layer"] = convolution => new LayerNorm(convolution.Outputs),
        ["cross-iteration"] = convolution => new CrossIterationBatchNorm(
            convolution, new() { Window = 3, BatchNorm = new() { ChannelAxis = -1 } }),
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string network in Networks.Keys)
            {
                foreach (string norm in Normalizations.Keys)
                {
                    all.Add(network, norm);
                }
            }

            return all;
        }
    }

    [Fact]
    public void The_convolutional_network_is_two_convolutions_and_a_linear_layer()
    {
        Sequential network = ConvolutionalNetwork.Create(
            new Extent(28, 30), 1, 10, new RandomSource(1), new() { Normalization = Batch, Dropout = 0.25 });
        Assert.Equal(
            [
                "Conv2d", "BatchNorm", "Relu", "ChannelDropout", "MaxPool2d",
                "Conv2d", "BatchNorm", "Relu", "ChannelDropout", "MaxPool2d",
                "Flatten", "Linear",
            ],
            network.Layers.Select(layer => layer.GetType().Name));
        Assert.All(network.Layers.OfType<Conv2d>(), convolution =>
            Assert.Equal((-1, 1), (convolution.Options.ChannelAxis, convolution.Options.Padding.Left)));
        Assert.Equal(9 * 32 + 9 * 32 * 64 + 2 * (32 + 64) + (7 * 7 * 64 + 1) * 10, Count(network));
        Assert.Equal([2, 10], network.Forward(Zeros([2, 28, 30, 1]), Pass.Inference).Lengths);
        Assert.Equal(
            [2, 10], ConvolutionalNetwork.Create(32, 3, 10, new RandomSource(1)).Forward(Zeros([2, 32, 32, 3]), Pass.Inference).Lengths);
    }

    [Fact]
    public void ResNet_20_has_three_stages_of_three_blocks_and_the_paper_s_number_of_weights_with_projections()
    {
        Sequential network = ResidualNetwork.Create(3, 10, new RandomSource(1), new() { Normalization = Batch });
        Assert.Equal(
            ["Conv2d", "BatchNorm", "Relu", .. Enumerable.Repeat("Residual", 9), "GlobalAveragePool2d", "Linear"],
            network.Layers.Select(layer => layer.GetType().Name));
        Residual[] blocks = [.. network.Layers.OfType<Residual>()];
        for (int i = 0; i < blocks.Length; i++)
        {
            var body = (Sequential)blocks[i].Body;
            Assert.Equal(["Conv2d", "BatchNorm", "Relu", "Conv2d", "BatchNorm"], body.Layers.Select(layer => layer.GetType().Name));
            Assert.NotNull(blocks[i].Activation);
            bool strided = i is 3 or 6;
            Assert.Equal(strided ? 2 : 1, ((Conv2d)body.Layers[0]).Options.Stride.Height);
            Assert.Equal(1, ((Conv2d)body.Layers[3]).Options.Stride.Height);
            Assert.Equal(16 << (i / 3), ((Conv2d)body.Layers[0]).Outputs);
            Assert.Equal(
                strided ? ["Conv2d", "BatchNorm"] : [],
                (blocks[i].Shortcut as Sequential)?.Layers.Select(layer => layer.GetType().Name) ?? []);
        }

        // 272,474 is what PyTorch counts in ResNet-20 with option B.
        Assert.Equal(272_474, Count(network));
        Assert.Equal(20, AllLayers(network).Count(layer => layer is Linear || layer is Conv2d { Kernel.Width: 3 }));
        Assert.Equal([2, 10], network.Forward(Zeros([2, 32, 32, 3]), Pass.Inference).Lengths);
        Assert.Equal(15, ResidualNetwork.Create(1, 10, new RandomSource(1), new() { Blocks = 5 }).Layers.OfType<Residual>().Count());
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("residual")]
    public void A_convolution_has_a_bias_unless_a_normalization_follows(string name)
    {
        Assert.All(Convolutions(Networks[name](null)), convolution => Assert.NotNull(convolution.Bias));
        var asked = new List<Conv2d>();
        Sequential network = Networks[name](convolution =>
        {
            asked.Add(convolution);
            return Batch(convolution);
        });
        Assert.Equal(Convolutions(network), asked);
        Assert.All(asked, convolution => Assert.Null(convolution.Bias));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_is_the_slope_of_the_loss(string name, string norm)
    {
        if (norm == "cross-iteration")
        {
            return; // past iterations are constants there, which makes its gradient another
        }

        Sequential network = Networks[name](Normalizations[norm]);
        var loss = new SoftmaxCrossEntropy();
        (Tensor<float> images, Tensor<int> labels) = Batch(size: 6);
        double Loss() => loss.Forward(network.Forward(images, Pass.Training), labels);
        Loss();
        network.BackwardToParameters(loss.Backward());

        // The slope along the gradient itself is its square, and along each parameter's part of it that part's.
        const double Step = 1e-3;
        foreach (Parameter parameter in network.Parameters)
        {
            float[] gradient = [.. parameter.Gradient], values = [.. parameter.Value];
            double square = gradient.Sum(g => (double)g * g), length = Math.Sqrt(square);
            if (length < 1e-3)
            {
                continue;
            }

            double above = Moved(Step / length), below = Moved(-Step / length);
            Assert.InRange((above - below) / (2 * Step), 0.9 * length - 1e-3, 1.1 * length + 1e-3);
            values.CopyTo(parameter.Values);

            double Moved(double by)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    parameter.Values[i] = (float)(values[i] + by * gradient[i]);
                }

                return Loss();
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Learns_with_the_same_bits_for_any_number_of_threads(string name, string norm)
    {
        (float[] alone, double before, double after) = Train(1);
        Assert.InRange(after, 0, before / 2);
        AssertSameBits(alone, Train(2).Weights);

        (float[] Weights, double Before, double After) Train(int threads)
        {
            Trainer<int> trainer = Trainer(name, norm);
            (Tensor<float> images, Tensor<int> labels) = Batch(size: 24);
            double before = 0, after = 0;
            WithThreads(threads, () =>
            {
                before = trainer.Step(images, labels);
                for (int i = 0; i < 30; i++)
                {
                    after = trainer.Step(images, labels);
                }
            });
            return ([.. trainer.Network.Parameters.SelectMany(parameter => parameter.Value)], before, after);
        }
    }

    [Theory]
    [InlineData("cnn", "batch")]
    [InlineData("residual", "batch")]
    [InlineData("residual", "cross-iteration")]
    public void A_step_allocates_nothing(string name, string norm)
    {
        Trainer<int> trainer = Trainer(name, norm);
        (Tensor<float> images, Tensor<int> labels) = Batch(size: 8);
        for (int i = 0; i < 5; i++)
        {
            trainer.Step(images, labels);
        }

        Assert.Equal(0, AllocatedBytes(() => trainer.Step(images, labels)));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        var random = new RandomSource(1);
        AssertRefused<ArgumentOutOfRangeException>(() => ConvolutionalNetwork.Create(new Extent(3, 8), 1, 2, random), "size", "3×8", "4");
        AssertRefused<ArgumentOutOfRangeException>(() => ResidualNetwork.Create(1, 2, random, new() { Blocks = 0 }), "options");
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionalNetwork.Create(8, 0, 2, random));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResidualNetwork.Create(1, 0, random));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionalNetwork.Create(8, 1, 2, random, new() { Dropout = 1 }));
        AssertInputRefused(ResidualNetwork.Create(3, 2, random), [2, 3, 8, 8], Pass.Inference, "[2, 3, 8, 8]", "8 channels", "3");
    }

    private static BatchNorm Batch(Conv2d convolution) => new(convolution.Outputs, new() { ChannelAxis = -1 });

    private static Trainer<int> Trainer(string name, string norm) =>
        new(Networks[name](Normalizations[norm]), new SoftmaxCrossEntropy(), new Sgd(0.03, momentum: 0.9));

    /// <summary>Noise, brighter in the rows that the class says.</summary>
    private static (Tensor<float> Images, Tensor<int> Labels) Batch(int size)
    {
        const int Height = 9, Width = 8, Channels = 2;
        float[] images = TestData.Uniform(size * Height * Width * Channels, seed: 1);
        for (int i = 0; i < images.Length; i++)
        {
            int sample = i / (Height * Width * Channels), row = i / (Width * Channels) % Height;
            images[i] += row / 3 == sample % Classes ? 1 : 0;
        }

        return (TestData.Tensor(images, size, Height, Width, Channels),
            TestData.Tensor([.. Enumerable.Range(0, size).Select(i => i % Classes)], size));
    }

    private static int Count(Sequential network) => network.Parameters.Sum(parameter => parameter.Length);

    private static IEnumerable<Layer> AllLayers(Layer layer) => [layer, .. layer.Children.SelectMany(AllLayers)];

    private static IEnumerable<Conv2d> Convolutions(Layer network) => AllLayers(network).OfType<Conv2d>();
}
