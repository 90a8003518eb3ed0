using System.Globalization;
using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>Shapes in messages, and the checks that layers share.</summary>
internal static class Shape
{
    /// <summary>"[32, 3, 28, 28]", with a word on memory where the elements do not lie side by side.</summary>
    public static string Describe<T>(Tensor<T> tensor) => Describe(tensor.Lengths) + (tensor.IsDense ? "" : " (not dense)");

    /// <summary>"[32, 3, 28, 28]".</summary>
    public static string Describe(ReadOnlySpan<nint> lengths)
    {
        string[] parts = new string[lengths.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = lengths[i].ToString(CultureInfo.InvariantCulture);
        }

        return "[" + string.Join(", ", parts) + "]";
    }

    /// <summary>Throws where a tensor is missing, not dense or empty.</summary>
    public static void CheckInput<T>(Tensor<T> input, string name = "input")
    {
        ArgumentNullException.ThrowIfNull(input, name);
        if (!input.IsDense)
        {
            throw new ArgumentException($"The {name} {Describe(input.Lengths)} is not dense: call ToDenseTensor() on it first.", name);
        }

        if (input.FlattenedLength == 0)
        {
            throw new ArgumentException($"The {name} {Describe(input.Lengths)} is empty.", name);
        }
    }

    /// <summary>Throws where the two branches of a residual block do not have the same shape.</summary>
    public static void CheckSum(ReadOnlySpan<nint> body, ReadOnlySpan<nint> shortcut, string name)
    {
        if (!body.SequenceEqual(shortcut))
        {
            throw new ArgumentException(
                $"The body gives {Describe(body)} and the shortcut {Describe(shortcut)}: they must be the same to be added.", name);
        }
    }

    /// <summary>Returns the axis of the channels, and throws where it is that of the samples.</summary>
    public static int CheckChannelAxis(int axis, string name) => axis != 0
        ? axis
        : throw new ArgumentOutOfRangeException(name, axis, "The channels cannot be on axis 0, which is that of the samples.");
}
