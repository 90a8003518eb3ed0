using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Fusion.FusionCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>Layers of two nodes: gates, products with a bias, scales with a shift.</summary>
internal static class PairCases
{
    private static readonly int[] Shape = [3, 4];
    private static readonly NdArray Weight = NdArray.Random(2, 4, 4);
    private static readonly NdArray Row = NdArray.Random(3, 4);

    public static IEnumerable<FusionCase> All =>
    [
        Fused<Silu>("x·σ(x)", Shape, m => m.Node("Mul", ["x", m.Node("Sigmoid", ["x"])])),
        Fused<Sigmoid>("x·σ(y)", Shape, m => m.Node("Mul", ["x", m.Node("Sigmoid", [m.Node("Tanh", ["x"])])])),
        Fused<Sigmoid>("x·σ(x) with another reader", Shape, m =>
        {
            string gate = m.Node("Sigmoid", ["x"]);
            return m.Node("Add", [m.Node("Mul", ["x", gate]), gate]);
        }),
        Fused<Sigmoid>("x·σ(x) with the gate as output", Shape, m =>
        {
            string gate = m.Node("Sigmoid", ["x"]);
            m.Node("Mul", ["x", gate]);
            return gate;
        }),
        Fused<HardSwish>("x·h(x)", Shape, m => m.Node("Mul", [m.Node("HardSigmoid", ["x"], Number("alpha", 1f / 6)), "x"])),
        Fused<HardSigmoid>("x·h(x) of another slope", Shape, m => m.Node("Mul", [m.Node("HardSigmoid", ["x"]), "x"])),
        Fused<HardSigmoid>("x·h(x) of another offset", Shape, m =>
            m.Node("Mul", [m.Node("HardSigmoid", ["x"], Number("alpha", 1f / 6), Number("beta", 0.4f)), "x"])),
        Fused<Linear>("a bias", Shape, m => m.Node("Add", [Product(m), m.Constant(Row)])),
        Fused<ChannelAffine>("a bias that is subtracted", Shape, m => m.Node("Sub", [Product(m), m.Constant(Row)])),
        Fused<ChannelAffine>("the product as output of a bias", Shape, m =>
        {
            string product = Product(m);
            return m.Node("Mul", [m.Node("Add", [product, m.Constant(Row)]), product]);
        }),
        Fused<ChannelAffine>("a bias of one number", Shape, m => m.Node("Add", [Product(m), m.Constant(0.5f)])),
        Refused("a bias of the samples", [4, 4], m => m.Node("Add", [Product(m), m.Constant(Row.Reshape(4, 1))]), "Add"),
        Refused("a bias of more axes", Shape, m => m.Node("Add", [Product(m), m.Constant(Row.Reshape(1, 1, 4))]), "Add"),
        Fused<ChannelAffine>("a second bias", Shape, m => m.Node("Add", [m.Node("Add", [Product(m), m.Constant(Row)]), m.Constant(Row)])),
        Fused<ChannelAffine>("a scale with a shift", Shape, m => m.Node("Add", [m.Node("Mul", ["x", m.Constant(Row)]), m.Constant(Row)])),
        Fused<ChannelAffine>("a scale with two readers", Shape, m =>
        {
            string scaled = m.Node("Mul", ["x", m.Constant(Row)]);
            return m.Node("Add", [m.Node("Add", [scaled, m.Constant(Row)]), scaled]);
        }),
        Fused<ChannelAffine>("a shift before a scale", Shape, m => m.Node("Mul", [m.Node("Add", ["x", m.Constant(Row)]), m.Constant(Row)])),
    ];

    private static string Product(ModelBuilder model) => model.Node("MatMul", ["x", model.Constant(Weight)]);
}
