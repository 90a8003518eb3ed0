using System.Numerics.Tensors;
using Evenkeel.Onnx.Reading;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>
/// Each operator at each version that changed it: the examples of its definition, held against a reference in double precision.
/// </summary>
public class OperatorTests
{
    private const double Tolerance = 2e-6;

    private static readonly OperatorCase[] All =
    [
        .. ActivationCases.All, .. ArithmeticCases.All, .. ConstantCases.All, .. NormalizationCases.All, .. PoolingCases.All,
        .. ProductCases.All, .. ShapeCases.All,
    ];

    private static readonly Dictionary<string, OperatorCase> Cases = All.ToDictionary(example => example.Name);

    public static TheoryData<string, int> Read => Where(example => example.Expected is not null);

    public static TheoryData<string, int> Refused => Where(example => example.Refusal is not null);

    public static TheoryData<string, int> InOnnxRuntime => Where(example => example.RunsInOnnxRuntime);

    [Theory]
    [MemberData(nameof(Read))]
    public void Gives_what_its_definition_gives(string name, int opset)
    {
        OperatorCase example = Cases[name];
        Tensor<float> y = OnnxFile.Read(example.File(opset)).Network.Predict(example.Input.ToTensor());
        NdArray expected = example.Expected!(example.Input);
        Assert.Equal(expected.Lengths, y.Lengths.ToArray().Select(length => (int)length));
        Agreement.AssertClose(expected.Values, [.. y], Tolerance);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Is_refused_by_name(string name, int opset)
    {
        OperatorCase example = Cases[name];
        var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(example.File(opset)));
        OnnxObstacle obstacle = Assert.Single(e.Obstacles);
        Assert.Equal(example.Operator, obstacle.Operator);
        Assert.Contains(example.Refusal!, obstacle.Reason, StringComparison.Ordinal);
        Assert.Contains($"'{obstacle.Node}' ({obstacle.Operator})", e.Message, StringComparison.Ordinal);
        Assert.StartsWith(example.Operator, obstacle.Node, StringComparison.Ordinal);
    }

    /// <summary>The files are valid, and the reference is right.</summary>
    [Theory]
    [MemberData(nameof(InOnnxRuntime))]
    public void OnnxRuntime_gives_what_the_reference_gives(string name, int opset)
    {
        OperatorCase example = Cases[name];
        using var peer = new OnnxRuntimePeer(example.File(opset), optimizes: false);
        if (example.Expected is not null)
        {
            NdArray expected = example.Expected(example.Input);
            (float[] values, long[] shape) = peer.Run(example.Input.ToTensor());
            Assert.Equal(expected.Lengths.Select(length => (long)length), shape);
            Agreement.AssertClose(expected.Values, values, Tolerance);
        }
    }

    [Fact]
    public void Every_operator_that_is_read_has_its_versions() => Assert.Equal(
        OperatorReaders.Names.Where(type => type != NormalizationReaders.GroupsOfChannels).Order(StringComparer.Ordinal),
        OperatorVersions.Operators.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_version_of_every_operator_has_an_example_that_is_read()
    {
        var read = All.Where(example => example.Expected is not null)
            .SelectMany(example => example.Opsets.Select(opset => (example.Operator, opset))).ToHashSet();
        Assert.Empty(OperatorVersions.Operators.SelectMany(type => OperatorVersions.Of(type).Select(opset => (type, opset))).Except(read));
    }

    private static TheoryData<string, int> Where(Func<OperatorCase, bool> condition)
    {
        var data = new TheoryData<string, int>();
        foreach (OperatorCase example in All.Where(condition))
        {
            foreach (int opset in example.Opsets)
            {
                data.Add(example.Name, opset);
            }
        }

        return data;
    }
}
