using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;

namespace Evenkeel.Comparison.Cases;

/// <summary>The matrix products and convolutions, activations, pooling and dropout, each through its layer.</summary>
internal static class LayerCases
{
    private const string Products = "products";
    private const string Elements = "activations and pooling";

    private static readonly nint[] Maps = [64, 32, 32, 32];

    public static IEnumerable<Case> All =>
    [
        .. Linear(256, 1024, 1024),
        .. Linear(100, 784, 100),
        .. Linear(100, 100, 10),
        .. Linear(1, 1000, 1000),
        .. Convolution(3, 16, [64, 32, 32, 3]),
        .. Convolution(16, 16, [64, 32, 32, 16]),
        .. Convolution(32, 64, [64, 14, 14, 32]),
        .. Convolution(64, 64, [64, 8, 8, 64]),
        .. Convolution(16, 32, [64, 32, 32, 16], stride: 2),
        .. Convolution(16, 16, [64, 16, 32, 32], axis: 1),
        .. Elementwise("relu", () => new Relu()),
        .. Elementwise("sigmoid", () => new Sigmoid()),
        .. Elementwise("tanh", () => new Tanh()),
        .. Elementwise("dropout", () => new Dropout(0.5, new RandomSource(1))),
        .. Elementwise("channel-dropout", () => new ChannelDropout(0.5, new RandomSource(1), channelAxis: -1)),
        .. Elementwise("max-pool", () => new MaxPool2d(2, channelAxis: -1)),
        .. Elementwise("average-pool", () => new AveragePool2d(3, 2, 1, channelAxis: -1)),
        .. Elementwise("global-average-pool", () => new GlobalAveragePool2d(channelAxis: -1)),
    ];

    private static IEnumerable<Case> Linear(int batch, int inputs, int outputs) => LayerPasses.Training(
        Products, $"linear to {outputs}", [batch, inputs], () => new Linear(inputs, outputs, new RandomSource(1)));

    private static IEnumerable<Case> Convolution(int inputs, int outputs, nint[] input, int stride = 1, int axis = -1)
    {
        string layout = axis < 0 ? "channels-last" : "channels-first";
        var options = new Conv2dOptions { Padding = 1, Stride = stride, ChannelAxis = axis };
        return LayerPasses.Training(
            Products,
            $"convolution 3x3 to {outputs} {layout}, stride {stride}",
            input,
            () => new Conv2d(inputs, outputs, 3, new RandomSource(1), options));
    }

    private static IEnumerable<Case> Elementwise(string name, Func<Layer> make) => LayerPasses.Training(Elements, name, Maps, make);
}
