using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

public class ScalerFoldingTests
{
    private const int Inputs = 5;
    private const int Rows = 64;

    public static TheoryData<string> Affine =>
    [
        "zero-mean", "unit-variance", "standard", "standard of the sample", "min-max", "max-abs", "robust", "columns of affine ones",
    ];

    [Theory]
    [MemberData(nameof(Affine))]
    public void The_folded_network_takes_raw_features(string name)
    {
        Scaler scaler = Fitted(name, offset: 3);
        Tensor<float> raw = Features(offset: 3);
        foreach (bool bias in (bool[])[true, false])
        {
            Sequential network = Network(bias);
            Sequential folded = ScalerFolding.Fold(scaler, network);
            (double difference, double largest) = ScalerFolding.Compare(scaler, network, folded, raw);
            Assert.InRange(difference / largest, 0, Tolerances.FoldedScaler);
            Assert.True(Folding.Compare(network, folded, raw).LargestDifference > 0.1 * largest);
        }
    }

    [Fact]
    public void The_first_layer_may_be_nested_and_the_others_are_shared()
    {
        Scaler scaler = Fitted("standard", offset: 3);
        Sequential inner = Network(bias: true);
        var network = new Sequential(inner, new Tanh());
        Sequential folded = ScalerFolding.Fold(scaler, network);
        Assert.Same(network.Layers[1], folded.Layers[1]);
        Assert.Same(inner.Layers[1], ((Sequential)folded.Layers[0]).Layers[1]);
        (double difference, double largest) = ScalerFolding.Compare(scaler, network, folded, Features(offset: 3));
        Assert.InRange(difference / largest, 0, Tolerances.FoldedScaler);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(-1, 1)]
    [InlineData(-1, 4)]
    public void A_convolution_without_padding_takes_raw_images_whatever_the_affine_scaler(int axis, int groups)
    {
        foreach (string name in (string[])["standard", "min-max", "max-abs"])
        {
            (Scaler scaler, Tensor<float> images) = Images(name, axis);
            foreach (bool bias in (bool[])[true, false])
            {
                var convolution = new Conv2d(
                    4, 8, new Extent(2, 3), new RandomSource(1), new() { Groups = groups, Bias = bias, ChannelAxis = axis, Stride = 2 });
                TestData.Uniform(8, seed: 1).CopyTo(convolution.Bias is null ? new float[8] : convolution.Bias.Values);
                var network = new Sequential(new Sequential(convolution), new Relu());

                Sequential folded = ScalerFolding.Fold(scaler, network);

                (double difference, double largest) = ScalerFolding.Compare(scaler, network, folded, images);
                Assert.InRange(difference / largest, 0, 2 * Tolerances.FoldedScaler);
                Assert.True(Folding.Compare(network, folded, images).LargestDifference > 0.1 * largest);
            }
        }
    }

    [Fact]
    public void Padding_takes_a_scaler_that_gives_zero_for_zero_only()
    {
        foreach (int axis in (int[])[1, -1])
        {
            var convolution = new Conv2d(4, 8, 3, new RandomSource(1), new() { Padding = new Extent(0, 1), ChannelAxis = axis });
            foreach (string name in (string[])["standard", "min-max", "zero-mean"])
            {
                (Scaler shifting, _) = Images(name, axis);
                Refusals.AssertRefused<ArgumentException>(
                    () => ScalerFolding.Fold(shifting, convolution),
                    "scaler",
                    shifting.GetType().Name,
                    "maps 0 to",
                    "in column 0",
                    "pads",
                    "no padding");
            }

            foreach (string name in (string[])["max-abs", "unit-variance"])
            {
                (Scaler scaler, Tensor<float> images) = Images(name, axis);
                (double difference, double largest) = ScalerFolding.Compare(
                    scaler, convolution, ScalerFolding.Fold(scaler, convolution), images);
                Assert.InRange(difference / largest, 0, 2 * Tolerances.FoldedScaler);
            }
        }
    }

    [Theory]
    [InlineData(1e2)]
    [InlineData(1e4)]
    [InlineData(1e6)]
    public void Far_from_zero_it_costs_what_single_precision_cannot_hold(double offset)
    {
        Scaler scaler = Fitted("standard", offset);
        Sequential network = Network(bias: false);
        (double difference, double largest) = ScalerFolding.Compare(scaler, network, ScalerFolding.Fold(scaler, network), Features(offset));
        Assert.InRange(difference / largest, 0, Tolerances.FoldedScaler * offset);
    }

    [Fact]
    public void A_column_whose_values_single_precision_does_not_tell_apart_is_refused()
    {
        Linear linear = new(Scalers.Columns, 3, new RandomSource(1));
        Refusals.AssertRefused<ArgumentException>(
            () => ScalerFolding.Fold(Scalers.Fitted("standard"), linear), "scaler", "Column 1 has center 99999", "single precision");
    }

    [Fact]
    public void The_rounding_of_weights_counts_for_what_is_away_from_the_center_only()
    {
        // At the center the outputs are 0, but for the rounding of the bias.
        const double Center = 1_000_003;
        var scaler = new StandardScaler();
        scaler.Fit(TestData.Tensor(new[] { Center - 3, Center + 3 }, 2, 1));
        Linear folded = ScalerFolding.Fold(scaler, new Linear(1, 100, new RandomSource(1)));
        Assert.Equal(
            TestData.Widen(folded.Weight.Values).Select(weight => (float)(-weight * Center)),
            folded.Bias!.Values.ToArray());
    }

    [Fact]
    public void What_is_not_affine_is_refused()
    {
        Linear linear = new(Inputs, 3, new RandomSource(1));
        var rowsOfColumns = new ColumnTransformer((new RowNormalizer(), [2]));
        foreach (Scaler scaler in (Scaler[])[new MinMaxScaler(clip: true), new RowNormalizer(), rowsOfColumns])
        {
            Refusals.AssertRefused<ArgumentException>(() => ScalerFolding.Fold(scaler, linear), "scaler", "not fitted");
            scaler.Fit(Features(offset: 3));
            Refusals.AssertRefused<ArgumentException>(
                () => ScalerFolding.Fold(scaler, linear), "scaler", scaler.GetType().Name, "not affine");
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Scaler scaler = Fitted("standard", offset: 0);
        Refusals.AssertRefused<ArgumentException>(
            () => ScalerFolding.Fold(scaler, new Linear(4, 3, new RandomSource(1))), "scaler", "5 columns", "4 inputs");
        Refusals.AssertRefused<ArgumentException>(
            () => ScalerFolding.Fold(scaler, new Conv2d(10, 4, 1, new RandomSource(1), new() { Groups = 2 })),
            "scaler",
            "5 columns",
            "10 inputs");
        Refusals.AssertRefused<ArgumentException>(
            () => ScalerFolding.Fold(scaler, new Sequential(new Tanh())), "network", "Tanh", "Conv2d");
        var tiny = new StandardScaler();
        tiny.Fit(TestData.Tensor(new[] { 1e-100, 2e-100 }, 2, 1));
        Refusals.AssertRefused<ArgumentException>(
            () => ScalerFolding.Fold(tiny, new Linear(1, 3, new RandomSource(1))), "scaler", "single precision");
    }

    [Fact]
    public void The_layer_that_is_folded_into_stays()
    {
        Linear linear = new(Inputs, 3, new RandomSource(1));
        float[] weights = linear.Weight.Values.ToArray();
        ScalerFolding.Fold(Fitted("standard", offset: 3), linear);
        Assert.Equal(weights, linear.Weight.Values.ToArray());
    }

    private static Scaler Fitted(string name, double offset)
    {
        Scaler scaler = name == "columns of affine ones"
            ? new ColumnTransformer((new StandardScaler(), [0, 4]), (new MinMaxScaler(-1, 1), [1]))
            : Scalers.Unfitted[name]();
        scaler.Fit(Features(offset));
        return scaler;
    }

    /// <summary>Images of four channels around 3, 4, 5 and 6, and a scaler that was fitted to their pixels.</summary>
    private static (Scaler Scaler, Tensor<float> Images) Images(string name, int axis)
    {
        const int Samples = 3, Side = 5, Channels = 4;
        float[] pixels = TestData.Uniform(Samples * Side * Side * Channels, seed: 1);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] += 3 + i % Channels;
        }

        Scaler scaler = Scalers.Unfitted[name]();
        scaler.Fit(TestData.Tensor(pixels, Samples * Side * Side, Channels));
        Tensor<float> images = TestData.Tensor(pixels, Samples, Side, Side, Channels);
        return (scaler, axis < 0 ? images : images.PermuteDimensions([0, 3, 1, 2]).ToDenseTensor());
    }

    private static Sequential Network(bool bias)
    {
        var first = new Linear(Inputs, 16, new RandomSource(1), bias);
        TestData.Uniform(16, seed: 1).CopyTo(first.Bias is null ? new float[16] : first.Bias.Values);
        return new Sequential(first, new Relu(), new Linear(16, 3, new RandomSource(2)));
    }

    private static Tensor<float> Features(double offset) =>
        TestData.Tensor(Array.ConvertAll(TestData.Uniform(Rows * Inputs, seed: 1), value => (float)(offset + value)), Rows, Inputs);
}
