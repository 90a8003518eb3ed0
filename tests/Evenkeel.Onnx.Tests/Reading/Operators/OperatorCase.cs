using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>A model that has an operator, and what it gives.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Example">What is particular to it: the example of ONNX's definition where it has one.</param>
/// <param name="Shape">The shape of the input with its batch.</param>
/// <param name="Build">Adds the nodes and returns the output.</param>
internal sealed record OperatorCase(string Operator, string Example, int[] Shape, Func<ModelBuilder, string> Build)
{
    /// <summary>What the definition gives for an input; null for what is refused.</summary>
    public Func<NdArray, NdArray>? Expected { get; init; }

    /// <summary>Words of the reason for which the node is refused; null for what is read.</summary>
    public string? Refusal { get; init; }

    /// <summary>The first version of ONNX's operators that has this.</summary>
    public int From { get; init; } = 7;

    /// <summary>The last version of ONNX's operators that has this.</summary>
    public int Until { get; init; } = 23;

    /// <summary>False where ONNX Runtime has no such kernel, or gives something else than the definition.</summary>
    public bool RunsInOnnxRuntime { get; init; } = true;

    /// <summary>The input.</summary>
    public NdArray Input { get; init; } = NdArray.Random(1, Shape);

    public string Name => $"{Operator}: {Example}";

    /// <summary>The versions that changed the operator, as far as they have this.</summary>
    public IEnumerable<int> Opsets => OperatorVersions.Of(Operator).Where(opset => opset >= From && opset <= Until);

    /// <summary>A model that is read.</summary>
    public static OperatorCase Read(
        string type, string example, int[] shape, Func<ModelBuilder, string> build, Func<NdArray, NdArray> expected) =>
        new(type, example, shape, build) { Expected = expected };

    /// <summary>A valid model that no layers represent.</summary>
    public static OperatorCase Refused(string type, string example, int[] shape, Func<ModelBuilder, string> build, string words) =>
        new(type, example, shape, build) { Refusal = words };

    /// <summary>The file for a version of ONNX's operators.</summary>
    public byte[] File(int opset)
    {
        var model = new ModelBuilder(opset, Shape.AsSpan(1));
        return model.Build(Build(model));
    }
}
