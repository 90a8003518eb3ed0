using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Distributed.Tests.Support;

/// <summary>Small networks with all that exchanges statistics; each takes images [N, 3, 8, 8] and gives 4 classes.</summary>
internal static class TestNetworks
{
    public static IEnumerable<string> Names =>
        ["batch", "dropout", "convolution", "residual", "cross-iteration", "ghost", "renorm", "instance", "layer", "channel-dropout"];

    public static Sequential Create(string name)
    {
        var random = new RandomSource(5);
        Linear hidden = new(192, 32, random);
        return name switch
        {
            "batch" => Dense(hidden, new BatchNorm(32)),
            "dropout" => Dense(hidden, new BatchNorm(32), new Dropout(0.3, random)),
            "convolution" => Images(random, new BatchNorm(16), new Relu(), new MaxPool2d(2)),
            "residual" => Images(
                random, new BatchNorm(16), new Relu(), new Residual(new Sequential(
                    new Conv2d(16, 16, 3, random, new Conv2dOptions { Padding = 1 }), new BatchNorm(16), new Relu()))),
            "cross-iteration" => Dense(hidden, new CrossIterationBatchNorm(hidden, new CrossIterationOptions { Window = 3, BurnIn = 1 })),
            "ghost" => Dense(hidden, new GhostBatchNorm(2, 32)),
            "renorm" => Dense(hidden, new BatchRenorm(32)),
            "instance" => Images(
                random, new InstanceNorm(16, new InstanceNormOptions { RunningAverage = RunningAverage.Exponential(0.1) })),
            "layer" => Dense(hidden, new LayerNorm(32)),
            _ => Images(random, new ChannelDropout(0.3, random), new BatchNorm(16), new Relu()),
        };

        Sequential Dense(Linear first, params Layer[] layers) =>
            new([new Flatten(), first, .. layers, new Relu(), new Linear(32, 4, random)]);
    }

    private static Sequential Images(RandomSource random, params Layer[] layers)
    {
        var first = new Conv2d(3, 16, 3, random, new Conv2dOptions { Padding = 1 });
        return new([first, .. layers, new GlobalAveragePool2d(), new Linear(16, 4, random)]);
    }
}
