using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

namespace Evenkeel.Tests.Models;

public class NetworkStateTests
{
    [Fact]
    public void Names_and_shapes_are_those_of_a_state_dict() => Assert.Equal(
        [
            "0.weight Float32 3,2", "0.bias Float32 3", "1.weight Float32 3", "1.bias Float32 3", "1.running_mean Float64 3",
            "1.running_var Float64 3", "1.num_batches_tracked Int64 ", "block.body.weight Float32 4,3,3,3",
        ],
        new Sequential(
            ("0", new Linear(2, 3, new RandomSource(1))),
            ("1", new BatchNorm(3)),
            ("block", new Residual(new Conv2d(3, 4, 3, new RandomSource(1), new() { ChannelAxis = -1, Bias = false }))))
            .StateDict().Select(tensor => $"{tensor.Name} {tensor.Type} {string.Join(',', tensor.Lengths.ToArray())}"));

    [Fact]
    public void What_only_training_needs_is_listed_when_it_is_asked_for()
    {
        var linear = new Linear(2, 3, new RandomSource(1));
        var norm = new CrossIterationBatchNorm(linear, new() { Window = 2 });
        var network = new Sequential(linear, norm, new Dropout(0.5, new RandomSource(1)));
        IEnumerable<string> names = network.StateDict(includeTrainingOnly: true)
            .Where(tensor => tensor.IsTrainingOnly).Select(tensor => tensor.Name);
        Assert.Equal(
            [
                "1.batches_skipped", "1.window_recorded", "1.window_0_mean", "1.window_0_variance", "1.window_0_weight",
                "1.window_0_bias", "1.window_0_mean_gradient", "1.window_0_variance_gradient", "2.training_passes",
            ],
            names);
    }

    [Fact]
    public void Tensors_are_copied_from_one_network_to_another()
    {
        Sequential from = Network(seed: 1), to = Network(seed: 2);
        ((BatchNorm)from.Layers[1]).RunningStatistics!.Mean.Fill(0.3);
        LoadReport report = to.Load(from.StateDict());
        Assert.True(report.IsComplete);
        Assert.Equal("loaded 7", report.ToString());
        ModelFileTests.AssertSameState(from, to);
    }

    [Fact]
    public void A_strict_load_says_all_that_is_wrong_and_changes_nothing()
    {
        Sequential network = Network(seed: 1);
        byte[] before = ModelFileTests.Write(network);
        var refused = Assert.Throws<InvalidDataException>(() => network.Load(Wrong()));
        const string Missing = "missing 4: '1.weight', '1.running_mean', '1.running_var', '1.num_batches_tracked'";
        Assert.Contains(Missing, refused.Message, StringComparison.Ordinal);
        Assert.Contains("unexpected 1: 'x'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("wrong shape 1: '0.weight' ([2, 3] for [3, 2])", refused.Message, StringComparison.Ordinal);
        Assert.Contains("wrong type 1: '0.bias' (Float64 for Float32)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, ModelFileTests.Write(network));
    }

    [Fact]
    public void A_load_that_is_not_strict_takes_what_fits_and_reports_the_rest()
    {
        Sequential network = Network(seed: 1);
        LoadReport report = network.Load(Wrong(), new LoadOptions { Strict = false });
        Assert.Equal(["1.bias"], report.Loaded);
        Assert.Equal(4, report.Missing.Count);
        Assert.Equal(["x"], report.Unexpected);
        Assert.Equal([new TensorMismatch("0.weight", "[3, 2]", "[2, 3]")], report.WrongShape);
        Assert.Equal([new TensorMismatch("0.bias", "Float32", "Float64")], report.WrongType);
        Assert.False(report.IsComplete);
        Assert.Equal(7, network.Layers[1].Parameters[1].Value[0]);
    }

    [Fact]
    public void Values_are_rounded_where_it_is_allowed()
    {
        var linear = new Linear(1, 1, new RandomSource(1), bias: false);
        linear.Load([StateTensor.Of("weight", Tensor.Create([0.1], [1, 1]))], new LoadOptions { AllowRounding = true });
        Assert.Equal(0.1f, linear.Weight.Value[0, 0]);
    }

    [Fact]
    public void Names_lose_a_prefix_and_are_renamed()
    {
        var linear = new Linear(1, 1, new RandomSource(1), bias: false);
        NamedTensor[] tensors =
        [
            StateTensor.Of("module.fc.weight", Tensor.Create([5f], [1, 1])),
            StateTensor.Of("module.other", Tensor.Create([5f])),
            StateTensor.Of("elsewhere", Tensor.Create([5f])),
        ];
        linear.Load(tensors, new LoadOptions
        {
            Prefix = "module.",
            Rename = static name => name == "fc.weight" ? "weight" : null,
        });
        Assert.Equal(5, linear.Weight.Value[0, 0]);
        Assert.Throws<ArgumentException>(() => linear.Load(tensors, new LoadOptions { Rename = static _ => "weight" }));
    }

    [Fact]
    public void The_layers_of_a_network_can_be_swapped()
    {
        var random = new RandomSource(1);
        var network = new Sequential(new Linear(2, 2, random), new Linear(2, 2, random));
        float[] first = network.Layers[0].Parameters[0].Value.ToArray(), second = network.Layers[1].Parameters[0].Value.ToArray();
        network.Load(
            network.StateDict(), new LoadOptions { Rename = static name => (name[0] == '0' ? "1" : "0") + name[1..] });
        Assert.Equal(second, network.Layers[0].Parameters[0].Value.ToArray());
        Assert.Equal(first, network.Layers[1].Parameters[0].Value.ToArray());
    }

    [Fact]
    public void A_part_of_a_network_is_loaded_from_the_whole()
    {
        Sequential from = Network(seed: 1), to = Network(seed: 2);
        to.LayerAt("0").Load(from.StateDict(), new LoadOptions { Prefix = "0." });
        Assert.Equal(from.Layers[0].Parameters[0].Value.ToArray(), to.Layers[0].Parameters[0].Value.ToArray());
        Assert.NotEqual(from.StateDict().Count, to.Layers[0].StateDict().Count);
    }

    [Theory]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_running_variance_that_cannot_be_is_refused_before_anything_is_loaded(double variance)
    {
        Sequential from = Network(seed: 1), to = Network(seed: 2);
        ((BatchNorm)from.Layers[1]).RunningStatistics!.Variance[2] = variance;
        byte[] before = ModelFileTests.Write(to);
        Assert.Contains(
            "'1.running_var'", Assert.Throws<InvalidDataException>(() => to.Load(from.StateDict())).Message, StringComparison.Ordinal);
        Assert.Equal(before, ModelFileTests.Write(to));
    }

    [Fact]
    public void A_counter_that_is_negative_or_too_large_is_refused()
    {
        var dropout = new Dropout(0.5, new RandomSource(1));
        foreach (long passes in new[] { -1, 1L << 32 })
        {
            Assert.Throws<InvalidDataException>(() => dropout.Load([StateTensor.Of("training_passes", () => passes, static _ => { })]));
        }

        dropout.Load([StateTensor.Of("training_passes", static () => uint.MaxValue, static _ => { })]);
        Assert.Equal(uint.MaxValue, dropout.TrainingPasses);
    }

    [Fact]
    public void A_state_tensor_has_a_name_and_elements()
    {
        Assert.Throws<ArgumentException>(() => StateTensor.Of("", Tensor.Create([1f])));
        Assert.Throws<ArgumentNullException>(() => StateTensor.Of("x", (Tensor<float>)null!));
        Assert.Throws<ArgumentException>(() => StateTensor.Of("x", Tensor.CreateFromShape<double>([4, 4]).Slice([0..2, 0..2])));
        Assert.Equal([1, 2], StateTensor.Of("x", Tensor.Create([1L, 2])).Read<long>().ToArray());
    }

    [Fact]
    public void Names_go_to_torchvision_and_back()
    {
        foreach (string name in new[]
        {
            "conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight", "layer3.11.bn2.num_batches_tracked",
            "layer2.0.downsample.0.weight", "layer2.0.downsample.1.bias", "fc.bias",
        })
        {
            Assert.NotEqual(name, TorchvisionNames.FromTorchvision(name));
            Assert.Equal(name, TorchvisionNames.ToTorchvision(TorchvisionNames.FromTorchvision(name)));
        }

        Assert.Equal("stage2_block1.shortcut.conv.weight", TorchvisionNames.FromTorchvision("layer2.0.downsample.0.weight"));
        foreach (string name in new[] { "", "conv10.weight", "layer.0.conv1", "layerx.0.conv1", "norm", "0.weight" })
        {
            Assert.Equal(name, TorchvisionNames.FromTorchvision(name));
        }
    }

    private static Sequential Network(ulong seed)
    {
        var random = new RandomSource(seed);
        return new(new Linear(2, 3, random), new BatchNorm(3), new Relu());
    }

    private static NamedTensor[] Wrong() =>
    [
        StateTensor.Of("0.weight", Tensor.CreateFromShape<float>([2, 3])),
        StateTensor.Of("0.bias", Tensor.CreateFromShape<double>([3])),
        StateTensor.Of("1.bias", Tensor.Create([7f, 8, 9])),
        StateTensor.Of("x", Tensor.CreateFromShape<float>([1])),
    ];
}
