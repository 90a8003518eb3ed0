using Evenkeel.Layers;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>The windows of a convolution or a pooling; those of sequences have a height of 1.</summary>
internal readonly record struct WindowReader(Extent Kernel, Extent Stride, Padding Padding, Extent Dilation)
{
    /// <summary>Reads the attributes of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">The kernel of the weight; null for a pooling, whose attribute it is.</param>
    /// <param name="x">The input.</param>
    public static WindowReader Of(NodeReader node, int[]? kernel, NetworkValue x)
    {
        int[]? given = node.Integers("kernel_shape");
        if (kernel is not null && given is not null && !kernel.AsSpan().SequenceEqual(given))
        {
            throw new NodeException($"its kernel_shape is [{string.Join(", ", given)}], and its weight has [{string.Join(", ", kernel)}]");
        }

        kernel ??= given ?? throw new NodeException("its kernel_shape is missing");
        int dimensions = kernel.Length;
        if (dimensions is not (1 or 2) || x.Rank != dimensions + 2)
        {
            throw new NodeException(Invariant($"it has a kernel of {dimensions} axes for {x.Shape}; images and sequences are read"));
        }

        Extent size = ToExtent([.. x.Sample[1..].Select(length => (int)length)], "size");
        Extent window = ToExtent(kernel, "kernel_shape");
        Extent stride = ToExtent(Checked(node.Integers("strides"), dimensions, "strides") ?? Ones(dimensions), "strides");
        Extent dilation = ToExtent(Checked(node.Integers("dilations"), dimensions, "dilations") ?? Ones(dimensions), "dilations");
        int[] pads = Checked(node.Integers("pads"), 2 * dimensions, "pads") ?? new int[2 * dimensions];
        Padding padding = node.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" or "" => dimensions == 2
                ? new Padding(pads[0], pads[1], pads[2], pads[3]) : new Padding(0, pads[0], 0, pads[1]),
            "VALID" => 0,
            "SAME_UPPER" => Padding.Same.Of(size, window, stride, dilation),
            "SAME_LOWER" => Swapped(Padding.Same.Of(size, window, stride, dilation)),
            var other => throw new NodeException($"its auto_pad '{other}' is unknown"),
        };
        return new WindowReader(window, stride, padding, dilation);
    }

    private static Padding Swapped(Padding padding) => new(padding.Bottom, padding.Right, padding.Top, padding.Left);

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];

    private static int[]? Checked(int[]? values, int count, string name) => values is null || values.Length == count
        ? values
        : throw new NodeException(Invariant($"its {name} has {values.Length} numbers; expected {count}"));

    private static Extent ToExtent(int[] values, string name) => values.All(value => value >= 1)
        ? values.Length == 2 ? new Extent(values[0], values[1]) : new Extent(1, values[0])
        : throw new NodeException($"its {name} is [{string.Join(", ", values)}]; expected numbers of at least 1");
}
