using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Networks;

/// <summary>Networks lend their layers the memory of gradients.</summary>
[Collection(nameof(ProcessWideState))]
public class GradientMemoryTests
{
    private const int Batch = 6;
    private const int Width = 16;

    [Fact]
    public void A_chain_of_any_length_holds_two_gradients()
    {
        var random = new RandomSource(1);
        var network = new Sequential([.. Enumerable.Range(0, 20).SelectMany(_ => (Layer[])[new Linear(Width, Width, random), new Tanh()])]);
        for (int step = 0; step < 3; step++)
        {
            network.Forward(Input(seed: step), Pass.Training);
            network.Backward(Input(seed: step));
            Assert.Equal(2 * Batch * Width * sizeof(float), Held(network));
        }
    }

    [Fact]
    public void Blocks_hold_what_passes_by_them_in_addition_however_many_there_are()
    {
        foreach (int blocks in (int[])[1, 10])
        {
            var random = new RandomSource(1);
            var network = new Sequential([.. Enumerable.Range(0, blocks).SelectMany(i => Block(random, i % 3))]);
            network.Forward(Input(seed: 1), Pass.Training);
            network.Backward(Input(seed: 2));
            Assert.InRange(Held(network), 2 * Batch * Width * sizeof(float), 6 * Batch * Width * sizeof(float));
        }
    }

    [Fact]
    public void Gradients_have_the_bits_that_layers_with_memory_of_their_own_give()
    {
        RandomSource random = new(1), again = new(1);
        var network = new Sequential([.. Enumerable.Range(0, 7).SelectMany(i => Block(random, i % 3))]);
        var alone = new Sequential([.. Enumerable.Range(0, 7).SelectMany(i => Block(again, i % 3))]);
        for (int step = 0; step < 4; step++)
        {
            AssertSameBits([.. Forward(alone, Input(seed: step))], [.. network.Forward(Input(seed: step), Pass.Training)]);
            AssertSameBits([.. Backward(alone, Input(seed: step + 10))], [.. network.Backward(Input(seed: step + 10))]);
        }

        foreach ((Parameter expected, Parameter actual) in alone.Parameters.Zip(network.Parameters))
        {
            AssertSameBits(expected.Gradients, actual.Gradients);
        }

        // Layer by layer, with a copy of all that each returns.
        static Tensor<float> Forward(Layer layer, Tensor<float> input) => layer switch
        {
            Sequential sequential => sequential.Layers.Aggregate(input, (x, inner) => Forward(inner, x)),
            Residual { Activation: { } relu } block => Copy(relu.Forward(Sum(block, Forward(block.Body, input), input), Pass.Training)),
            Residual block => Sum(block, Forward(block.Body, input), input),
            _ => Copy(layer.Forward(input, Pass.Training)),
        };

        static Tensor<float> Sum(Residual block, Tensor<float> body, Tensor<float> input) =>
            Add(body, block.Shortcut is null ? input : Forward(block.Shortcut, input));

        static Tensor<float> Backward(Layer layer, Tensor<float> gradient)
        {
            if (layer is not Residual block)
            {
                return layer is Sequential sequential
                    ? sequential.Layers.Reverse().Aggregate(gradient, (dy, inner) => Backward(inner, dy))
                    : Copy(layer.Backward(gradient));
            }

            Tensor<float> gated = block.Activation is null ? gradient : Copy(block.Activation.Backward(gradient));
            return Add(Backward(block.Body, gated), block.Shortcut is null ? gated : Backward(block.Shortcut, gated));
        }

        static Tensor<float> Copy(Tensor<float> tensor) => TestData.Tensor([.. tensor], tensor.Lengths);

        static Tensor<float> Add(Tensor<float> a, Tensor<float> b) => TestData.Tensor([.. a.Zip(b, (x, y) => x + y)], a.Lengths);
    }

    [Fact]
    public void What_a_network_returns_holds_until_its_next_call_and_layers_may_be_called_alone()
    {
        var random = new RandomSource(1);
        var network = new Sequential([.. Block(random, 0), .. Block(random, 1)]);
        network.Forward(Input(seed: 1), Pass.Training);
        Tensor<float> returned = network.Backward(Input(seed: 2));
        float[] values = [.. returned];
        network.Forward(Input(seed: 3), Pass.Training);
        AssertSameBits(values, [.. returned]);
        Tensor<float> gradient = Input(seed: 4);
        foreach (Layer layer in network.Layers.Reverse())
        {
            gradient = layer.Backward(gradient);
        }

        float[] alone = [.. gradient];
        AssertSameBits(alone, [.. network.Backward(Input(seed: 4))]);

        // A gradient of the network itself may come back as what it starts from.
        float[] expected = [.. Again(Input(seed: 4))];
        AssertSameBits(expected, [.. network.Backward(network.Backward(Input(seed: 4)))]);

        float[] Again(Tensor<float> given)
        {
            var copy = TestData.Tensor([.. network.Backward(given)], given.Lengths);
            return [.. network.Backward(copy)];
        }
    }

    [Fact]
    public void A_layer_that_passes_the_same_memory_on_keeps_it()
    {
        var random = new RandomSource(1);
        RandomSource again = new(1);
        var network = new Sequential([.. Layers(random, new Reshape()), .. Layers(random, new Reshape())]);
        var without = new Sequential([.. Layers(again), .. Layers(again)]);
        for (int step = 0; step < 3; step++)
        {
            AssertSameBits([.. without.Forward(Input(seed: 1), Pass.Training)], [.. network.Forward(Input(seed: 1), Pass.Training)]);
            AssertSameBits([.. without.Backward(Input(seed: 2))], [.. network.Backward(Input(seed: 2))]);
        }

        static Layer[] Layers(RandomSource random, params Layer[] behind) =>
            [.. Block(random, 1), new Linear(Width, Width, random), .. behind, new Linear(Width, Width, random)];
    }

    [Fact]
    public void A_step_on_images_allocates_nothing_also_where_batches_differ_in_size()
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            new MaxPool2d(2, channelAxis: -1),
            new Residual(new Sequential(Normalization(), new Relu(), Normalization()), Normalization(), new Relu()),
            new Residual(new Sequential(Normalization(), new Relu(), new Tanh())),
            new AveragePool2d(3, 1, 1, channelAxis: -1),
            new Sequential(new Flatten(), new Linear(4 * 4 * Width, 3 * Width, random), new Relu()),
            new Linear(3 * Width, 3, random));
        var global = new Sequential(new GlobalAveragePool2d(-1), new Linear(Width, 3, random));
        foreach (Sequential subject in (Sequential[])[network, global])
        {
            var trainer = new Trainer<int>(subject, new SoftmaxCrossEntropy(), new Sgd(0.1));
            (Tensor<float>, Tensor<int>)[] batches = [Images(9), Images(4)];
            foreach (int threads in (int[])[1, 2])
            {
                WithThreads(threads, () =>
                {
                    Steps(4);
                    Assert.Equal(0, AllocatedBytes(() => Steps(10)));
                });
            }

            void Steps(int count)
            {
                for (int i = 0; i < count; i++)
                {
                    trainer.Step(batches[i % 2].Item1, batches[i % 2].Item2);
                }
            }
        }

        static BatchNorm Normalization() => new(Width, new() { ChannelAxis = -1 });

        static (Tensor<float>, Tensor<int>) Images(int samples) => (
            TestData.Tensor(TestData.Uniform(samples * 8 * 8 * Width, seed: samples), samples, 8, 8, Width),
            TestData.Tensor(new int[samples], samples));
    }

    private static Tensor<float> Input(int seed) => TestData.Tensor(TestData.Uniform(Batch * Width, seed), Batch, Width);

    private static long Held(Layer network) => network.Memory!.Gradients.Bytes;

    /// <summary>A block of one of three kinds, the last with another inside, and an activation.</summary>
    private static Layer[] Block(RandomSource random, int kind)
    {
        Layer[] Body() =>
            [new Linear(Width, Width, random), new BatchNorm(Width), new Relu(), new Linear(Width, Width, random), new BatchNorm(Width)];
        Layer block = kind switch
        {
            0 => new Residual(new Sequential(Body()), activation: new Relu()),
            1 => new Residual(new Sequential(Body()), new Sequential(new Linear(Width, Width, random), new BatchNorm(Width)), new Relu()),
            _ => new Residual(new Sequential([new Residual(new Sequential(Body())), new Tanh(), .. Body(), new Tanh()])),
        };
        return [block, new Tanh()];
    }

    /// <summary>A layer that copies nothing: its gradient is the one that it is given, seen in another shape.</summary>
    private sealed class Reshape : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => input;

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) =>
            Tensor.Reshape(Tensor.Reshape(outputGradient, [outputGradient.FlattenedLength]), [.. outputGradient.Lengths]);
    }
}
