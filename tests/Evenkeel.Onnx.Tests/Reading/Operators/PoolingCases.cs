using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of poolings and means.</summary>
internal static class PoolingCases
{
    private const int OpsetOfCeil = 10;

    public static IEnumerable<OperatorCase> All =>
    [
        .. Windows.SelectMany(window => (OperatorCase[])
        [
            Max($"maxpool_{window.Example}", window.Shape, window.Window),
            Average($"averagepool_{window.Example}", window.Shape, window.Window),
            Average($"averagepool_{window.Example}_count_include_pad", window.Shape, window.Window, countsPadding: true),
        ]),
        .. OthersOf("MaxPool", "maxpool"),
        .. OthersOf("AveragePool", "averagepool"),
        Refused(
            "MaxPool", "maxpool_with_argmax_2d_precomputed_strides", [1, 1, 5, 5],
            m => m.Nodes("MaxPool", 2, ["x"], Ints("kernel_shape", 2, 2), Ints("strides", 2, 2), Int("storage_order", 1))[0],
            "storage_order is 1") with { From = 8 },
        Read(
            "MaxPool", "maxpool_with_argmax_2d_precomputed_pads, unused", [1, 1, 5, 5],
            m => m.Nodes("MaxPool", 2, ["x"], Ints("kernel_shape", 5, 5), Ints("pads", 2, 2, 2, 2))[0],
            x => PoolingReference.Max(x, new(5, 5) { Pads = [2, 2, 2, 2] })) with { From = 8 },
        Refused(
            "MaxPool", "maxpool_with_argmax_2d_precomputed_pads", [1, 1, 5, 5],
            m => m.Nodes("MaxPool", 2, ["x"], Ints("kernel_shape", 5, 5), Ints("pads", 2, 2, 2, 2))[1],
            "its output 'MaxPool0:out1', which is not the first, is used") with { From = 8, RunsInOnnxRuntime = false },
        .. GlobalMeans,
        .. Means,
    ];

    private static IEnumerable<(string Example, int[] Shape, Window Window)> Windows =>
    [
        ("2d_default", [1, 3, 12, 12], new(2, 2)),
        ("2d_pads", [1, 3, 10, 10], new(3, 3) { Pads = [2, 2, 2, 2] }),
        ("2d_strides", [1, 3, 12, 12], new(5, 5) { Strides = [3, 3] }),
        ("2d_same_upper", [1, 3, 12, 12], new(2, 2) { AutoPad = "SAME_UPPER" }),
        ("2d_same_lower", [1, 3, 12, 12], new(2, 2) { AutoPad = "SAME_LOWER" }),
        ("2d_precomputed_same_upper", [1, 1, 5, 5], new(3, 3) { Strides = [2, 2], AutoPad = "SAME_UPPER" }),
        ("2d_valid", [2, 3, 7, 8], new(3, 3) { Strides = [2, 2], AutoPad = "VALID" }),
        ("2d_different_sides", [2, 3, 7, 8], new(3, 2) { Strides = [2, 1], Pads = [0, 1, 2, 0] }),
        ("2d_same_with_a_stride_larger_than_the_kernel", [2, 3, 7, 8], new(1, 2) { Strides = [3, 3], AutoPad = "SAME_LOWER" }),
        ("2d_ceil", [1, 1, 4, 4], new(3, 3) { Strides = [2, 2], IsCeil = true }),
        ("2d_ceil_last_window_starts_on_pad", [1, 3, 2, 2], new(3, 3) { Strides = [3, 3], Pads = [1, 1, 1, 1], IsCeil = true }),
        ("2d_ceil_output_size_reduce_by_one", [1, 1, 2, 2], new(1, 1) { Strides = [2, 2], IsCeil = true }),
        ("2d_ceil_with_pads", [2, 3, 6, 7], new(3, 3) { Strides = [2, 2], Pads = [1, 1, 0, 1], IsCeil = true }),
        ("2d_ceil_same_upper", [2, 3, 5, 6], new(3, 3) { Strides = [2, 2], AutoPad = "SAME_UPPER", IsCeil = true }),
    ];

    private static IEnumerable<OperatorCase> GlobalMeans =>
    [
        Read(
            "GlobalAveragePool", "globalaveragepool", [1, 3, 5, 5],
            m => m.Node("GlobalAveragePool", ["x"]), x => PoolingReference.Mean(x, 2, 3)),
        Refused("GlobalAveragePool", "sequences", [1, 3, 5], m => m.Node("GlobalAveragePool", ["x"]), "images are read"),
        Refused("GlobalAveragePool", "volumes", [1, 3, 5, 5, 5], m => m.Node("GlobalAveragePool", ["x"]), "images are read"),
    ];

    private static IEnumerable<OperatorCase> Means =>
    [
        Mean("keepdims", keeps: true, 2, 3),
        Mean("do_not_keepdims", keeps: false, 2, 3),
        Mean("negative_axes_keepdims", keeps: true, -2, -1) with { From = 11 },
        Mean("negative axes in any order", keeps: false, -1, -2) with { From = 11 },
        Mean("images with the channels last", keeps: false, 1, 2),
        Mean("one axis", keeps: true, 1) with { Expected = null, Refusal = "that of whole images can be read" },
        Mean("the samples", keeps: true, 0, 2, 3) with { Expected = null, Refusal = "axis 0 is not one of a sample" },
        Refused("ReduceMean", "default_axes_keepdims", [2, 3, 4, 5], m => m.Node("ReduceMean", ["x"], Int("keepdims", 1)), "the axes ()"),
        Refused(
            "ReduceMean", "noop_with_empty_axes", [2, 3, 4, 5],
            m => m.Node("ReduceMean", ["x"], Int("noop_with_empty_axes", 1)), "the axes ()") with { From = 18 },
        Refused(
            "ReduceMean", "axes as in version 13", [2, 3, 4, 5],
            m => m.Node("ReduceMean", ["x"], Ints("axes", 2, 3)), "the axes ()") with { From = 18, RunsInOnnxRuntime = false },
    ];

    private static OperatorCase Max(string example, int[] shape, Window window) => Read(
        "MaxPool", example, shape,
        m => m.Node("MaxPool", ["x"], window.ToAttributes()), x => PoolingReference.Max(x, window)) with
    {
        From = window.IsCeil ? OpsetOfCeil : 7,
    };

    private static OperatorCase Average(string example, int[] shape, Window window, bool countsPadding = false)
    {
        IEnumerable<AttributeProto> counts = countsPadding ? [Int("count_include_pad", 1)] : [];
        return Read(
            "AveragePool", example, shape,
            m => m.Node("AveragePool", ["x"], window.ToAttributes().Concat(counts)),
            x => PoolingReference.Average(x, window, countsPadding)) with
        {
            From = window.IsCeil ? OpsetOfCeil : 7,
        };
    }

    private static IEnumerable<OperatorCase> OthersOf(string type, string example)
    {
        yield return With("1d_default", [1, 3, 32], "images are read", new Window(2));
        yield return With("3d_default", [1, 3, 8, 8, 8], "images are read", new Window(2, 2, 2));
        yield return With(
            "2d_dilations", [1, 1, 4, 4], "poolings without it are read", new Window(2, 2) { Strides = [1, 1], Dilations = [2, 2] }) with
        {
            From = type == "MaxPool" ? 10 : 19,
        };
        yield return With(
            "2d_ceil_valid", [2, 3, 4, 6], "round differently",
            new Window(3, 3) { Strides = [2, 2], AutoPad = "VALID", IsCeil = true }) with
        {
            From = OpsetOfCeil,
        };
        yield return With(
            "2d_pads_as_large_as_the_kernel", [1, 1, 4, 4], "must be less than the kernel", new Window(2, 2) { Pads = [2, 2, 2, 2] }) with
        {
            RunsInOnnxRuntime = false,
        };

        OperatorCase With(string name, int[] shape, string words, Window window) =>
            Refused(type, $"{example}_{name}", shape, m => m.Node(type, ["x"], window.ToAttributes()), words);
    }

    /// <summary>The axes are an attribute before version 18, and an input from it on.</summary>
    private static OperatorCase Mean(string example, bool keeps, params int[] axes)
    {
        return Read(
            "ReduceMean", example, [2, 3, 4, 5],
            m => m.NodeWithAxes("ReduceMean", "x", 18, axes, Int("keepdims", keeps ? 1 : 0)),
            x =>
            {
                int[] positive = [.. axes.Select(axis => axis < 0 ? axis + x.Rank : axis)];
                NdArray mean = PoolingReference.Mean(x, positive);
                return keeps ? mean : mean.Reshape([.. x.Lengths.Where((_, axis) => !positive.Contains(axis))]);
            });
    }
}
