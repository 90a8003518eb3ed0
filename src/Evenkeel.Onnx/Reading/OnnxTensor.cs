using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>A constant of a file: numbers in single precision, or integers.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Lengths">The shape.</param>
/// <param name="Floats">The numbers; null for integers.</param>
/// <param name="Integers">The integers; null for other numbers.</param>
internal sealed record OnnxTensor(string Name, nint[] Lengths, float[]? Floats, long[]? Integers)
{
    /// <summary>The number of elements.</summary>
    public int Count => Floats?.Length ?? Integers!.Length;

    /// <summary>The numbers in single precision.</summary>
    /// <exception cref="NodeException">It holds integers.</exception>
    public float[] AsFloats() => Floats ?? throw new NodeException($"'{Name}' holds integers; expected numbers");

    /// <summary>The integers.</summary>
    /// <exception cref="NodeException">It holds other numbers.</exception>
    public long[] AsIntegers() => Integers ?? throw new NodeException($"'{Name}' holds no integers");

    /// <summary>The shape in words: "[64, 3, 7, 7]".</summary>
    public string Shape => $"[{string.Join(", ", Lengths.Select(length => Invariant($"{length}")))}]";
}
