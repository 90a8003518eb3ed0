using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Networks;

/// <summary>A network that predicts lends its layers the memory of outputs.</summary>
[Collection(nameof(ProcessWideState))]
public class PredictionTests
{
    private const int Side = 8;
    private const int Channels = 4;

    [Fact]
    public void A_prediction_has_the_bits_of_a_pass_of_inference()
    {
        foreach (bool fuses in (bool[])[true, false])
        {
            Sequential network = Blocks(fuses, 6), again = Blocks(fuses, 6);
            foreach (int samples in (int[])[3, 1, 5, 3])
            {
                Tensor<float> input = Images(samples);
                float[] expected = [.. again.Forward(input, Pass.Inference)];
                AssertSameBits(expected, [.. network.Predict(input)]);
                AssertSameBits(expected, [.. network.Forward(input, Pass.Inference)]);
                again.Forward(input, Pass.Training);
                network.Forward(input, Pass.Training);
            }
        }
    }

    [Fact]
    public void A_chain_of_any_length_holds_two_outputs()
    {
        var random = new RandomSource(1);
        var network = new Sequential([.. Enumerable.Range(0, 20).SelectMany(_ => (Layer[])[new Linear(16, 16, random), new Tanh()])]);
        for (int i = 0; i < 3; i++)
        {
            network.Predict(TestData.Tensor(TestData.Uniform(6 * 16, seed: i), 6, 16));
            Assert.Equal(2 * 6 * 16 * sizeof(float), network.Memory!.Outputs.Bytes);
        }
    }

    [Fact]
    public void Blocks_hold_what_passes_by_them_in_addition_however_many_there_are()
    {
        foreach (int blocks in (int[])[1, 12])
        {
            Sequential network = Blocks(fuses: true, blocks);
            network.Predict(Images(3));
            Assert.InRange(network.Memory!.Outputs.Bytes, 2 * Bytes(3), 5 * Bytes(3));
        }
    }

    [Fact]
    public void A_prediction_leaves_nothing_to_differentiate_and_the_next_pass_does()
    {
        Sequential network = Blocks(fuses: true, 4);
        Tensor<float> input = Images(2);
        Tensor<float> gradient = TestData.Tensor([.. network.Forward(input, Pass.Training)], input.Lengths);
        float[] expected = [.. network.Backward(gradient)];
        network.Predict(input);
        Assert.Contains("prediction", Assert.Throws<InvalidOperationException>(() => network.Backward(gradient)).Message);
        Assert.Throws<InvalidOperationException>(() => network.BackwardToParameters(gradient));
        foreach (Layer layer in network.Layers)
        {
            Assert.Throws<InvalidOperationException>(() => layer.Backward(gradient));
        }

        network.Forward(input, Pass.Training);
        AssertSameBits(expected, [.. network.Backward(gradient)]);
    }

    [Fact]
    public void What_a_network_predicts_may_be_what_it_predicts_from()
    {
        Sequential network = Blocks(fuses: true, 5);
        float[] first = [.. network.Predict(Images(2))];
        float[] expected = [.. network.Predict(TestData.Tensor(first, Images(2).Lengths))];
        AssertSameBits(expected, [.. network.Predict(network.Predict(Images(2)))]);

        // Also where the layer that reads it is the one that made it.
        var single = new Sequential(new Linear(8, 8, new RandomSource(1)));
        Tensor<float> rows = TestData.Tensor(TestData.Uniform(24, seed: 1), 3, 8);
        first = [.. single.Predict(rows)];
        expected = [.. single.Predict(TestData.Tensor(first, 3, 8))];
        AssertSameBits(expected, [.. single.Predict(single.Predict(rows))]);
        single.Forward(rows, Pass.Training);
        first = [.. single.Backward(rows)];
        expected = [.. single.Backward(TestData.Tensor(first, 3, 8))];
        AssertSameBits(expected, [.. single.Backward(single.Backward(rows))]);
    }

    [Fact]
    public void A_network_inside_predicts_by_itself()
    {
        var inner = new Sequential(Convolution(new RandomSource(2)), new Tanh(), Convolution(new RandomSource(3)));
        var network = new Sequential(inner, new Tanh());
        float[] expected = [.. inner.Forward(Images(2), Pass.Inference)];
        AssertSameBits(expected, [.. inner.Predict(Images(2))]);
        Assert.Same(network.Memory, inner.Memory);
    }

    [Fact]
    public void A_layer_that_passes_its_input_on_keeps_it()
    {
        RandomSource random = new(1), again = new(1);
        var passing = new Residual(new Sequential(new Residual(new Identity()), new Identity()), new Identity(), new Relu());
        var network = new Sequential(Convolution(random), new Identity(), passing, Convolution(random));
        var without = new Sequential(Convolution(again), new Thrice(), new Relu(), Convolution(again));
        AssertSameBits([.. without.Forward(Images(2), Pass.Inference)], [.. network.Predict(Images(2))]);
    }

    [Fact]
    public void A_prediction_that_fails_leaves_the_network_as_it_was()
    {
        Sequential network = Blocks(fuses: true, 2);
        float[] expected = [.. network.Forward(Images(2), Pass.Inference)];
        Assert.Throws<ArgumentNullException>(() => network.Predict(null!));
        Assert.Throws<ArgumentException>(() => network.Predict(TestData.Tensor(new float[12], 1, 2, 2, 3)));
        Assert.False(network.Memory!.Outputs.IsOpen);
        AssertSameBits(expected, [.. network.Predict(Images(2))]);
    }

    [Fact]
    public void Predictions_between_steps_allocate_nothing()
    {
        var network = new Sequential(
            Convolution(new RandomSource(1)),
            new BatchNorm(Channels, new() { ChannelAxis = -1 }),
            new Relu(),
            new Residual(new Sequential(Convolution(new RandomSource(2)), new Tanh())),
            new Flatten(),
            new Linear(Side * Side * Channels, 3, new RandomSource(3)));
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1));
        Tensor<float> images = Images(4), more = Images(7);
        var classes = TestData.Tensor(new int[4], 4);
        Steps(4);
        Assert.Equal(0, AllocatedBytes(() => Steps(10)));

        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                trainer.Step(images, classes);
                network.Predict(i % 2 == 0 ? images : more);
            }
        }
    }

    private static long Bytes(int samples) => (long)samples * Side * Side * Channels * sizeof(float);

    private static Tensor<float> Images(int samples) =>
        TestData.Tensor(TestData.Uniform(samples * Side * Side * Channels, seed: samples), samples, Side, Side, Channels);

    private static Conv2d Convolution(RandomSource random) =>
        new(Channels, Channels, 3, random, new() { Padding = 1, ChannelAxis = -1 });

    /// <summary>Blocks of three kinds in turn, the third with another inside, and an activation behind each.</summary>
    private static Sequential Blocks(bool fuses, int count)
    {
        var random = new RandomSource(1);
        return new Sequential([.. Enumerable.Range(0, count).SelectMany(i => (Layer[])[Block(i % 3), new Tanh()])]);

        Layer[] Body() =>
        [
            Convolution(random),
            new BatchNorm(Channels, new() { ChannelAxis = -1 }),
            new Relu(),
            Convolution(random),
            .. fuses ? (Layer[])[] : [new Tanh()],
        ];

        Residual Block(int kind) => kind switch
        {
            0 => new Residual(new Sequential(Body()), activation: new Relu()),
            1 => new Residual(new Sequential(Body()), Convolution(random), new Relu()),
            _ => new Residual(new Sequential([new Residual(new Sequential(Body())), .. Body()])),
        };
    }

    /// <summary>A layer that copies nothing.</summary>
    private sealed class Identity : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => input;

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => outputGradient;
    }

    /// <summary>2x + x.</summary>
    private sealed class Thrice : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) =>
            TestData.Tensor([.. input.Select(x => x + x + x)], input.Lengths);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => throw new NotSupportedException();
    }
}
