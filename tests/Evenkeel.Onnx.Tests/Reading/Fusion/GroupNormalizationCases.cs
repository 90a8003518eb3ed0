using Evenkeel.Normalization;
using Evenkeel.Onnx.Tests.Reference;
using Evenkeel.Onnx.Tests.Support;
using static Evenkeel.Onnx.Tests.Reading.Fusion.FusionCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Fusion;

/// <summary>Group normalization by parts: instance normalization of groups, between two reshapes, then γ and β.</summary>
internal static class GroupNormalizationCases
{
    private const string Parts = "group normalization by parts";

    private static readonly int[] Shape = [2, 6, 4, 5];
    private static readonly NdArray PerChannel = NdArray.Random(2, 6, 1, 1);

    public static IEnumerable<FusionCase> All =>
    [
        Fused<GroupNorm>("group", Shape, m => Affine(m, Normalized(m))),
        Fused<GroupNorm>("group back to the shape of x", Shape, m => Affine(m, Normalized(m, back: m.Node("Shape", ["x"])))),
        Fused<GroupNorm>("group back to an open length", Shape, m => Affine(m, Normalized(m, back: m.Integers(-1, 6, 4, 5)))),
        Fused<GroupNorm>("group with γ and β first", Shape, m =>
            m.Node("Add", [m.Constant(PerChannel), m.Node("Mul", [m.Constant(PerChannel), Normalized(m)])])),
        Fused<GroupNorm>("group with γ of one number", Shape, m => Affine(m, Normalized(m), weight: NdArray.Of([1, 1, 1], 0.5))),
        Fused<GroupNorm>("a group for each channel", Shape, m => Affine(m, Normalized(m, groups: 6))),
        Fused<GroupNorm>("group of rows", [3, 6], m =>
            Affine(m, Normalized(m, back: m.Integers(0, 6)), PerChannel.Reshape(6), PerChannel.Reshape(6))),
        Fused<GroupNorm>("another reader of the input", Shape, m => m.Node("Add", [Affine(m, Normalized(m)), "x"])),
        Refused("back to other lengths", Shape, m => Affine(m, Normalized(m, back: m.Integers(0, 6, 5, 4))), Parts),
        Refused("back to fewer axes", Shape, m =>
            Affine(m, Normalized(m, back: m.Integers(0, 6, 20)), PerChannel.Reshape(6, 1), PerChannel.Reshape(6, 1)), Parts),
        Refused("back to other samples", Shape, m =>
            Affine(m, Normalized(m, back: m.Integers(4, 3, 4, 5)), NdArray.Of([], 0.5), NdArray.Of([], 0.5)), Parts),
        Refused("γ of another axis", Shape, m => Affine(m, Normalized(m), weight: NdArray.Random(2, 5)), Parts),
        Refused("β of another axis", Shape, m => Affine(m, Normalized(m), bias: NdArray.Random(2, 4, 1)), Parts),
        Refused("γ of each element", Shape, m => Affine(m, Normalized(m), weight: NdArray.Random(2, 6, 4, 5)), Parts),
        Refused("groups that divide the image, not the channels", Shape, m => Affine(m, Normalized(m, groups: 4)), Parts),
        Refused("groups of one value", [3, 6], m =>
            Affine(m, Normalized(m, groups: 6, back: m.Integers(0, 6)), PerChannel.Reshape(6), PerChannel.Reshape(6)), Parts),
        Refused("instances that are scaled", Shape, m => Affine(m, Normalized(m, scale: 2)), "Reshape"),
        Refused("instances that are shifted", Shape, m => Affine(m, Normalized(m, shift: 0.5f)), "Reshape"),
        Refused("no β", Shape, m => m.Node("Mul", [Normalized(m), m.Constant(PerChannel)]), "Reshape"),
        Refused("β that is subtracted", Shape, m =>
            m.Node("Sub", [m.Node("Mul", [Normalized(m), m.Constant(PerChannel)]), m.Constant(PerChannel)]), "Reshape"),
        Refused("β that is computed", Shape, m => m.Node("Add", [m.Node("Mul", [Normalized(m), m.Constant(PerChannel)]), "x"]), "Reshape"),
        Refused("another reader of the normalized", Shape, m =>
        {
            string normalized = Normalized(m);
            return m.Node("Add", [Affine(m, normalized), normalized]);
        }, "Reshape"),
        Refused("another reader of the scaled", Shape, m =>
        {
            string scaled = m.Node("Mul", [Normalized(m), m.Constant(PerChannel)]);
            return m.Node("Add", [m.Node("Add", [scaled, m.Constant(PerChannel)]), scaled]);
        }, "Reshape"),
        Refused("the normalized as output", Shape, m =>
        {
            string normalized = Normalized(m);
            Affine(m, normalized);
            return normalized;
        }, "Reshape"),
        Refused("another reader of the groups", Shape, m =>
        {
            string groups = m.Node("Reshape", ["x", m.Integers(0, 3, -1)]);
            string y = Affine(m, Normalized(m, reshaped: groups));
            return m.Node("Add", [y, m.Node("Reshape", [groups, m.Integers(0, 6, 4, 5)])]);
        }, "Reshape"),
    ];

    private static string Normalized(
        ModelBuilder model, int groups = 3, string? back = null, string? reshaped = null, float scale = 1, float shift = 0)
    {
        reshaped ??= model.Node("Reshape", ["x", model.Integers(0, groups, -1)]);
        string ones = model.Constant(NdArray.Of([groups], _ => scale)), zeros = model.Constant(NdArray.Of([groups], _ => shift));
        string instances = model.Node("InstanceNormalization", [reshaped, ones, zeros], Number("epsilon", 0.125f));
        return model.Node("Reshape", [instances, back ?? model.Integers(0, 6, 4, 5)]);
    }

    private static string Affine(ModelBuilder model, string x, NdArray? weight = null, NdArray? bias = null) =>
        model.Node("Add", [model.Node("Mul", [x, model.Constant(weight ?? PerChannel)]), model.Constant(bias ?? PerChannel)]);
}
