using Evenkeel.Layers.Pooling;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads poolings of images.</summary>
internal static class PoolingReaders
{
    private const int OpsetOfAxesAsInput = 18;

    public static OnnxInput Max(NetworkReader network, NodeReader node, string name)
    {
        WindowReader window = Windows(node);
        node.Expect("storage_order", 0);
        return network.Add(name, new MaxPool2d(window.Kernel, window.Stride, window.Padding, ceilMode: Ceil(node)), node.X);
    }

    public static OnnxInput Average(NetworkReader network, NodeReader node, string name)
    {
        WindowReader window = Windows(node);
        bool countsPadding = node.Integer("count_include_pad", 0) != 0;
        return network.Add(
            name,
            new AveragePool2d(
                window.Kernel, window.Stride, window.Padding, ceilMode: Ceil(node), countIncludePad: countsPadding || window.Padding == 0),
            node.X);
    }

    public static OnnxInput Global(NetworkReader network, NodeReader node, string name) => node.X.Rank == 4
        ? network.Add(name, new AdaptiveAveragePool2d(1), node.X)
        : throw new NodeException($"its input is {node.X.Shape}; images are read");

    public static OnnxInput Mean(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        bool keepsAxes = node.Integer("keepdims", 1) != 0;
        node.Ignore("noop_with_empty_axes");
        int[]? axes = node.Axes(OpsetOfAxesAsInput);
        axes = axes is null ? null : [.. axes.Select(axis => x.Axis(axis)).Order()];
        return (x.Rank, axes) switch
        {
            (4, [2, 3]) when keepsAxes => network.Add(name, new AdaptiveAveragePool2d(1), x),
            (4, [2, 3]) => network.Add(name, new GlobalAveragePool2d(), x),
            (4, [1, 2]) when !keepsAxes => network.Add(name, new GlobalAveragePool2d(-1), x),
            _ => throw new NodeException(
                $"it takes the mean of {x.Shape} over the axes ({string.Join(", ", axes ?? [])}); that of whole images can be read"),
        };
    }

    private static WindowReader Windows(NodeReader node)
    {
        if (node.X.Rank != 4)
        {
            throw new NodeException($"its input is {node.X.Shape}; images are read");
        }

        WindowReader window = WindowReader.Of(node, kernel: null, node.X);
        return window.Dilation == 1
            ? window
            : throw new NodeException(Invariant($"its dilation is {window.Dilation}; poolings without it are read"));
    }

    private static bool Ceil(NodeReader node)
    {
        bool isCeil = node.Integer("ceil_mode", 0) != 0;
        return isCeil && node.Text("auto_pad", "NOTSET") == "VALID"
            ? throw new NodeException("it has ceil_mode with auto_pad VALID, which ONNX's definition and its runtimes round differently")
            : isCeil;
    }
}
