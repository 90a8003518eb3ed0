using Evenkeel.Onnx.Protos;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>The attributes of a window of a convolution or a pooling, with what ONNX's definition derives from them.</summary>
internal sealed record Window(params int[] Kernel)
{
    public int[]? Strides { get; init; }

    public int[]? Pads { get; init; }

    public int[]? Dilations { get; init; }

    public string AutoPad { get; init; } = "NOTSET";

    public bool IsCeil { get; init; }

    /// <summary>The attributes that differ from their defaults.</summary>
    public IEnumerable<AttributeProto> ToAttributes()
    {
        yield return Ints("kernel_shape", Kernel);
        foreach ((string name, int[]? values) in new[] { ("strides", Strides), ("pads", Pads), ("dilations", Dilations) })
        {
            if (values is not null)
            {
                yield return Ints(name, values);
            }
        }

        if (AutoPad != "NOTSET")
        {
            yield return Text("auto_pad", AutoPad);
        }

        if (IsCeil)
        {
            yield return Int("ceil_mode", 1);
        }
    }

    /// <summary>The input's element that an element of a window is, at axes of the image.</summary>
    public int Position(int axis, int output, int offset, int length) =>
        output * Stride(axis) + offset * Dilation(axis) - PadsOf(axis, length).Before;

    /// <summary>The number of windows along an axis of the image.</summary>
    public int Outputs(int axis, int length)
    {
        (int before, int after) = PadsOf(axis, length);
        int rest = length + before + after - Span(axis);
        int count = rest / Stride(axis) + 1;
        if (IsCeil && AutoPad == "NOTSET" && rest % Stride(axis) != 0)
        {
            // Windows that start in the padding behind the image are left out.
            count += count * Stride(axis) < length + before ? 1 : 0;
        }

        return count;
    }

    /// <summary>The padding before and behind the image along an axis.</summary>
    public (int Before, int After) PadsOf(int axis, int length)
    {
        if (AutoPad is "NOTSET" or "VALID")
        {
            return AutoPad == "VALID" || Pads is null ? (0, 0) : (Pads[axis], Pads[axis + Kernel.Length]);
        }

        int outputs = (length + Stride(axis) - 1) / Stride(axis);
        int total = Math.Max((outputs - 1) * Stride(axis) + Span(axis) - length, 0), half = total / 2;
        return AutoPad == "SAME_UPPER" ? (half, total - half) : (total - half, half);
    }

    private int Span(int axis) => (Kernel[axis] - 1) * Dilation(axis) + 1;

    private int Stride(int axis) => Strides?[axis] ?? 1;

    private int Dilation(int axis) => Dilations?[axis] ?? 1;
}
