using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

/// <summary>Predictions into a tensor of the caller's.</summary>
public class PredictIntoTests
{
    private static readonly Tensor<float> Input = TestData.Tensor(TestData.Uniform(5 * 6, seed: 1), 5, 6);

    [Fact]
    public void A_prediction_stays_valid_after_the_next_call()
    {
        foreach (Layer layer in (Layer[])[Network(), new Linear(6, 4, new RandomSource(1)), new Tanh(), new LayerNorm(6)])
        {
            float[] expected = layer.Predict(Input).ToArray();
            Tensor<float> destination = Zeros([5, expected.Length / 5]);
            layer.Predict(Input, destination);
            layer.Predict(TestData.Tensor(TestData.Uniform(5 * 6, seed: 2), 5, 6));
            AssertSameBits(expected, destination.ToArray());
        }
    }

    [Fact]
    public void A_destination_that_does_not_fit_is_refused_and_unchanged()
    {
        Sequential network = Network();
        AssertRefused("destination", [4, 5], "The destination is [4, 5]; the output is [5, 4].");
        AssertRefused("destination", [20], "The destination is [20]; the output is [5, 4].");
        AssertRefused("destination", [5, 0], "The destination is [5, 0]; the output is [5, 4].");

        Tensor<float> strided = Strided<float>(5, 4);
        AssertRefused<ArgumentException>(() => network.Predict(Input, strided), "destination", "is not dense");
        Assert.Throws<ArgumentNullException>("destination", () => network.Predict(Input, null!));
        Assert.Throws<ArgumentNullException>("input", () => network.Predict(null!, Zeros([5, 4])));

        void AssertRefused(string parameter, ReadOnlySpan<nint> lengths, string words)
        {
            Tensor<float> destination = Zeros(lengths);
            Refusals.AssertRefused<ArgumentException>(() => network.Predict(Input, destination), parameter, words);
            Assert.Equal(0, destination.Count(value => value != 0));
        }
    }

    [Fact]
    public void A_destination_that_overlaps_the_input_or_the_output_is_refused()
    {
        float[] memory = TestData.Uniform(60, seed: 1);
        Tensor<float> input = Tensor.Create(memory, 0, [5, 6], []);
        var layer = new Tanh();
        foreach (int start in (int[])[0, 29])
        {
            Tensor<float> destination = Tensor.Create(memory, start, [5, 6], []);
            AssertRefused<ArgumentException>(() => layer.Predict(input, destination), "destination", "overlaps the input");
        }

        layer.Predict(input, Tensor.Create(memory, 30, [5, 6], []));
        Tensor<float> own = layer.Predict(input);
        AssertRefused<ArgumentException>(() => layer.Predict(input, own), "destination", "overlaps the layer's own output");
    }

    [Fact]
    public void An_input_that_does_not_fit_is_refused()
    {
        Sequential network = Network();
        AssertRefused<ArgumentException>(() => network.Predict(Strided<float>(5, 6), Zeros([5, 4])), "input", "is not dense");
        AssertRefused<ArgumentException>(() => network.Predict(Zeros([5, 7]), Zeros([5, 4])), "input", "[N, *, 6]");
    }

    private static Sequential Network()
    {
        var random = new RandomSource(1);
        return new(new Linear(6, 7, random), new BatchNorm(7), new Relu(), new Linear(7, 4, random));
    }
}
