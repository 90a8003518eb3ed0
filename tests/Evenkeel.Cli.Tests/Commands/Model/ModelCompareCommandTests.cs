using System.Numerics.Tensors;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Tests.Commands.Model;

public sealed class ModelCompareCommandTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Equal_files_are_equal()
    {
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("a"));
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("b"));
        CommandRun run = _folder.RunWell("model", "compare", "@a", "@b");
        Assert.Contains("equal bits", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("equal: 8 tensors in both, 0 with other values, 0 of another", run.OutputLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("1e-6", 1)]
    [InlineData("0.02", 0)]
    public void Differences_are_measured_and_may_be_tolerated(string? tolerance, int exitCode)
    {
        Write("a", ("x", [1f, 2, 100]), ("y", [0f]), ("n", [float.NaN, float.PositiveInfinity]));
        Write("b", ("x", [1f, 2, 101]), ("y", [-0f]), ("n", [float.NaN, float.PositiveInfinity]));
        CommandRun run = _folder.Run(["model", "compare", "@a", "@b", .. tolerance is null ? [] : new[] { "--tolerance", tolerance }]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Matches(@"x +1 +0\.00990099 +" + (exitCode == 0 ? "within the tolerance" : "different"), run.Output);
        Assert.Matches(@"y +0 +0 +" + (tolerance is null ? "different" : "within the tolerance"), run.Output);
        Assert.Matches(@"n +0 +0 +equal bits", run.Output);
    }

    [Fact]
    public void A_value_that_is_not_finite_is_infinitely_far_from_a_number()
    {
        Write("a", ("x", [1f]), ("y", [float.NegativeInfinity]));
        Write("b", ("x", [float.NaN]), ("y", [float.PositiveInfinity]));
        CommandRun run = _folder.Run("model", "compare", "@a", "@b", "--tolerance", "1e300");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"x +Infinity +Infinity +different", run.Output);
        Assert.Matches(@"y +Infinity +Infinity +different", run.Output);
    }

    [Fact]
    public void Large_integers_that_are_equal_as_doubles_differ()
    {
        Safetensors.Write(_folder.PathOf("a"), [StateTensor.Of("n", Tensor.Create([(1L << 60) + 1]))]);
        Safetensors.Write(_folder.PathOf("b"), [StateTensor.Of("n", Tensor.Create([1L << 60]))]);
        CommandRun run = _folder.Run("model", "compare", "@a", "@b");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("n +1 +8.67362E-19 +different", run.Output);
    }

    [Fact]
    public void Tensors_of_one_file_and_of_other_shapes_and_types_are_named()
    {
        Write("a", ("x", [1f]), ("y", [1f, 2]), ("only a", [1f]));
        Safetensors.Write(
            _folder.PathOf("b"),
            [
                StateTensor.Of("x", Tensor.Create([1.0])),
                StateTensor.Of("y", Tensor.Create([1f])),
                StateTensor.Of("only b", Tensor.Create([1f])),
            ]);
        CommandRun run = _folder.Run("model", "compare", "@a", "@b", "--tolerance", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Only in A: only a", run.Output, StringComparison.Ordinal);
        Assert.Contains("Only in B: only b", run.Output, StringComparison.Ordinal);
        Assert.Contains("F32 [1] in A, F64 [1] in B", run.Output, StringComparison.Ordinal);
        Assert.Contains("F32 [2] in A, F32 [1] in B", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            "different: 2 tensors in both, 0 with other values, 2 of another shape or type; 1 only in A, 1 only in B", run.OutputLines[^1]);
    }

    [Fact]
    public void Settings_that_differ_are_named()
    {
        new ModelFile(new Sequential(new BatchNorm(3))).Save(_folder.PathOf("a"));
        new ModelFile(new Sequential(new BatchNorm(3, new BatchNormOptions { Epsilon = 0.001 }))).Save(_folder.PathOf("b"));
        CommandRun run = _folder.Run("model", "compare", "@a", "@b", "--tolerance", "1");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Descriptions of the network differ: $.network.", run.Output, StringComparison.Ordinal);
        Assert.Contains("epsilon is 1E-05 in A and 0.001 in B", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("x")]
    public void A_tolerance_is_a_number_of_at_least_0(string text) =>
        _folder.Run("model", "compare", "@a", "@b", "--tolerance", text).AssertRefused(2, "--tolerance", "at least 0");

    [Fact]
    public void Two_files_are_needed() => _folder.Run("model", "compare", "-", "-").AssertRefused(2, "standard input (-) cannot be both");

    private void Write(string file, params (string Name, float[] Values)[] tensors) => Safetensors.Write(
        _folder.PathOf(file), tensors.Select(tensor => StateTensor.Of(tensor.Name, Tensor.Create(tensor.Values))));
}
