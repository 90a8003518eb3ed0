using System.Numerics.Tensors;
using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary>What each <c>--norm</c> puts into the network, and that it trains.</summary>
public sealed class NormOptionTests : IDisposable
{
    private readonly SmallImages _images = new();

    public void Dispose()
    {
        _images.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Theory]
    [InlineData("batch", typeof(BatchNorm))]
    [InlineData("layer", typeof(LayerNorm))]
    [InlineData("rms", typeof(RmsNorm))]
    [InlineData("group", typeof(GroupNorm))]
    [InlineData("renorm", typeof(BatchRenorm))]
    [InlineData("cross-iteration", typeof(CrossIterationBatchNorm))]
    [InlineData("ghost", typeof(GhostBatchNorm))]
    public void Each_word_is_a_normalizer_of_the_layer_s_outputs(string norm, Type type)
    {
        Layer layer = Normalization(norm, new Linear(5, 12, new RandomSource(1)));
        Assert.IsType(type, layer);
        Assert.Equal(12, layer.Parameters[0].Length);
    }

    [Theory]
    [InlineData("batch", typeof(BatchNorm))]
    [InlineData("layer", typeof(LayerNorm))]
    [InlineData("rms", typeof(RmsNorm))]
    [InlineData("instance", typeof(InstanceNorm))]
    [InlineData("group", typeof(GroupNorm))]
    [InlineData("renorm", typeof(BatchRenorm))]
    [InlineData("cross-iteration", typeof(CrossIterationBatchNorm))]
    [InlineData("ghost", typeof(GhostBatchNorm))]
    public void Behind_a_convolution_it_takes_channels_on_the_last_axis(string norm, Type type)
    {
        var convolution = new Conv2d(1, 12, 1, new RandomSource(1), new() { ChannelAxis = -1 });
        Layer layer = NormOption.Normalization(norm, Samples(61), batchSize: 20, positions: 30)!(convolution);
        Assert.IsType(type, layer);
        var images = Tensor.CreateFromShape<float>([4, 5, 6, 1]);
        Assert.Equal([4, 5, 6, 12], layer.Forward(convolution.Forward(images, Pass.Training), Pass.Training).Lengths);
    }

    [Fact]
    public void None_is_no_layer() => Assert.Null(NormOption.Normalization("none", Samples(60), batchSize: 10));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(8, 2)]
    [InlineData(32, 8)]
    [InlineData(37, 1)]
    [InlineData(64, 16)]
    [InlineData(100, 25)]
    [InlineData(128, 32)]
    [InlineData(4096, 32)]
    public void Groups_are_as_many_as_divide_the_width_up_to_32_with_four_channels_or_more(int width, int groups) =>
        Assert.Equal(groups, ((GroupNorm)Normalization("group", new Linear(5, width, new RandomSource(1)))).Groups);

    [Theory]
    [InlineData("batch")]
    [InlineData("none")]
    [InlineData("layer")]
    [InlineData("rms")]
    [InlineData("group", "8")]
    [InlineData("group", "32")]
    [InlineData("group", "37")]
    [InlineData("renorm")]
    [InlineData("cross-iteration")]
    [InlineData("ghost")]
    public void A_network_with_each_of_them_learns(string norm, string width = "16")
    {
        CommandRun run = CommandRun.Of(
            "train", "--data", _images.Folder, "--norm", norm, "--hidden", $"{width},{width}", "--epochs", "12", "--batch-size", "10",
            "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("\"test_accuracy\":1,", run.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_them_is_another() => Assert.Equal(
        8,
        ((string[])["batch", "none", "layer", "rms", "group", "renorm", "cross-iteration", "ghost"])
            .Select(norm => CommandRun.Of(
                "train", "--data", _images.Folder, "--norm", norm, "--hidden", "8", "--epochs", "3", "--batch-size", "40", "--json"))
            .Select(run => run.OutputLines[^1].Split("\"seconds\"")[0])
            .Distinct()
            .Count());

    [Fact]
    public void Instance_is_refused_with_its_reason() =>
        CommandRun.Of("train", "--data", _images.Folder, "--norm", "instance")
            .AssertRefused(2, "--norm instance", "positions of a channel", "as always in an mlp", "layer or group");

    [Theory]
    [InlineData("batch", 61, "20")]
    [InlineData("renorm", 61, "20")]
    [InlineData("cross-iteration", 61, "20")]
    [InlineData("ghost", 61, "20")]
    [InlineData("ghost", 66, "33")]
    [InlineData("ghost", 93, "60")]
    public void A_batch_or_chunk_of_one_image_is_refused_by_those_that_need_two(string norm, int images, string batchSize)
    {
        using var data = new SmallImages(images);
        CommandRun.Of("train", "--data", data.Folder, "--norm", norm, "--batch-size", batchSize).AssertRefused(2, "leave one image");
    }

    private static Layer Normalization(string norm, Linear linear) =>
        NormOption.Normalization(norm, Samples(60), batchSize: 10)!(linear);

    private static Dataset<int> Samples(int count) => new(Tensor.CreateFromShape<float>([count, 1]), Tensor.CreateFromShape<int>([count]));
}
