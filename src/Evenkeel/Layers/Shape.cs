using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>Descriptions of shapes for messages, and checks of shapes.</summary>
internal static class Shape
{
    private const int MaximumAxes = 16;

    /// <summary>Describes a shape, "[32, 3, 28, 28]", and adds "(not dense)" if that applies.</summary>
    public static string Describe<T>(Tensor<T> tensor) => Describe(tensor.Lengths) + (tensor.IsDense ? "" : " (not dense)");

    /// <summary>Describes a shape: "[32, 3, 28, 28]".</summary>
    public static string Describe(ReadOnlySpan<nint> lengths)
    {
        string[] parts = new string[Math.Min(lengths.Length, MaximumAxes)];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = lengths[i].ToString(CultureInfo.InvariantCulture);
        }

        string rest = lengths.Length > MaximumAxes ? string.Create(CultureInfo.InvariantCulture, $", … {lengths.Length} axes") : "";
        return "[" + string.Join(", ", parts) + rest + "]";
    }

    /// <summary>Throws if a tensor is null or not dense.</summary>
    public static void CheckDense<T>(Tensor<T> tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (!tensor.IsDense)
        {
            throw new ArgumentException($"The {name} {Describe(tensor.Lengths)} is not dense: call ToDenseTensor() on it first.", name);
        }
    }

    /// <summary>True for a batch without samples; null is none.</summary>
    public static bool IsEmptyBatch<T>(Tensor<T> batch) =>
        batch is { IsEmpty: true, Rank: > 0 } && batch.Lengths[0] == 0 && !batch.Lengths[1..].Contains(0);

    /// <summary>Throws if a tensor is null, not dense or empty.</summary>
    public static void CheckInput<T>(Tensor<T> input, string name = "input")
    {
        CheckDense(input, name);
        if (input.FlattenedLength == 0)
        {
            throw new ArgumentException($"The {name} {Describe(input.Lengths)} is empty.", name);
        }
    }

    /// <summary>Throws if a tensor that receives results overlaps another.</summary>
    public static void CheckApart(Tensor<float> other, Tensor<float> destination, string name)
    {
        if (((ReadOnlySpan<float>)other.Elements()).Overlaps(destination.Elements()))
        {
            throw new ArgumentException($"The destination overlaps the {name}: pass a tensor with memory of its own.", nameof(destination));
        }
    }

    /// <summary>Throws if the two branches of a residual block have different shapes.</summary>
    public static void CheckSum(ReadOnlySpan<nint> body, ReadOnlySpan<nint> shortcut, string name)
    {
        if (!body.SequenceEqual(shortcut))
        {
            throw new ArgumentException(
                $"The body gives {Describe(body)} and the shortcut {Describe(shortcut)}; they must have the same shape.", name);
        }
    }

    /// <summary>Returns the channel axis, or throws if it is the axis of the samples.</summary>
    public static int CheckChannelAxis(int axis, string name) => axis != 0
        ? axis
        : throw new ArgumentOutOfRangeException(name, axis, "The channel axis cannot be 0, the axis of the samples.");
}
