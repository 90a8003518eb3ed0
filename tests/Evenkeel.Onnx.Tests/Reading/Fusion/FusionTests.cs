using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>Layers by their parts, and what only looks like them: each gives what ONNX Runtime gives, or is refused.</summary>
public class FusionTests
{
    private static readonly int[] Opsets = [13, 18];

    private static readonly Dictionary<string, FusionCase> Cases = new (string Kind, IEnumerable<FusionCase> Cases)[]
    {
        ("GELU", GeluCases.All),
        ("group normalization", GroupNormalizationCases.All),
        ("hard swish", HardSwishCases.All),
        ("pairs", PairCases.All),
        ("row normalization", RowNormalizationCases.All),
    }.SelectMany(kind => kind.Cases.Select(example => KeyValuePair.Create($"{kind.Kind}: {example.Name}", example))).ToDictionary();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Give_what_OnnxRuntime_gives_or_are_refused(string name)
    {
        FusionCase example = Cases[name];
        var x = NdArray.Random(1, example.Shape).ToTensor();
        foreach (int opset in Opsets)
        {
            byte[] file = example.File(opset);
            using var peer = new OnnxRuntimePeer(file, optimizes: false);
            (float[] values, long[] shape) = peer.Run(x);
            if (example.Layer is null)
            {
                var e = Assert.Throws<OnnxNotSupportedException>(() => OnnxFile.Read(file));
                Assert.Equal(example.Obstacles, e.Obstacles.Select(obstacle => obstacle.Operator));
            }
            else
            {
                Layer network = OnnxFile.Read(file).Network;
                Assert.Contains(network.NamedLayers(), named => named.Layer.GetType() == example.Layer);
                Tensor<float> y = network.Predict(x);
                Assert.Equal(shape, y.Lengths.ToArray().Select(length => (long)length));
                Agreement.AssertClose(values, [.. y], 2e-6);
            }
        }
    }
}
