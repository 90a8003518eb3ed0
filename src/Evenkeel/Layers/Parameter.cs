using System.Numerics.Tensors;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Layers;

/// <summary>A tensor that training updates, with the gradient of the loss with respect to it.</summary>
public sealed class Parameter
{
    // The tensors' memory: normalizations access single values, which is slow through a tensor.
    private AlignedBuffer _values;
    private AlignedBuffer _gradients;
    private Tensor<float>? _gradient;

    /// <summary>Creates a parameter of the given shape, all zeros.</summary>
    /// <param name="name">The name within the layer, as in PyTorch: <c>weight</c>, <c>bias</c>.</param>
    /// <param name="lengths">The shape.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> is empty or contains '.', which separates the names of a path.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative, or the number of values exceeds an array's.</exception>
    public Parameter(string name, params ReadOnlySpan<nint> lengths)
        : this(lengths, CheckName(name))
    {
    }

    /// <summary>Creates a parameter of a part of a layer that is not a layer itself.</summary>
    /// <param name="lengths">The shape.</param>
    /// <param name="path">The path in the layer: <c>embeddings.0.weight</c>.</param>
    internal Parameter(ReadOnlySpan<nint> lengths, string path)
    {
        int length = CheckLengths(lengths);
        Name = path;
        _values = AlignedBuffer.Of(length);
        Value = Tensor.Create(_values.Array, _values.Start, lengths, []);
    }

    /// <summary>The parameter's name within its layer.</summary>
    public string Name { get; }

    /// <summary>The values; change them in place.</summary>
    public Tensor<float> Value { get; private set; }

    /// <summary>∂loss/∂value, of the same shape: each backward pass adds to it, and <see cref="ZeroGradient"/> clears it.</summary>
    /// <remarks>Its memory is allocated when it is first needed: a network that only predicts has none.</remarks>
    public Tensor<float> Gradient
    {
        get
        {
            _ = Gradients;
            return _gradient ??= Tensor.Create(_gradients.Array, _gradients.Start, Value.Lengths, []);
        }
    }

    /// <summary>The number of values.</summary>
    public int Length => _values.Length;

    /// <summary>
    /// Whether optimizers move the values, as PyTorch's <c>requires_grad</c>; initially true. Backward passes add to the gradient
    /// either way.
    /// </summary>
    public bool IsTrainable { get; set; } = true;

    private static string CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name.Contains('.')
            ? throw new ArgumentException($"The name '{name}' contains '.', which separates the names of a path.", nameof(name))
            : name;
    }

    private static int CheckLengths(ReadOnlySpan<nint> lengths)
    {
        double values = 1;
        foreach (nint length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(lengths));
            values *= length;
        }

        if (values > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(lengths), $"A parameter of shape {Shape.Describe(lengths)} has more than {Array.MaxLength} values.");
        }

        return (int)values;
    }

    internal Span<float> Values => _values.Span;

    internal Span<float> Gradients
    {
        get
        {
            if (_gradients.Array is null)
            {
                _gradients = AlignedBuffer.Of(Length);
            }

            return _gradients.Span;
        }
    }

    /// <summary>Takes the memory of another parameter's values instead of its own, so that a change of one is one of both.</summary>
    /// <exception cref="ArgumentException">The other parameter has another number of values.</exception>
    internal void ShareValues(Parameter other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Length, Length);
        (_values, Value) = (other._values, other.Value);
    }

    /// <summary>Gives the gradient memory in which those of other parameters are too; its values are those of that memory.</summary>
    /// <exception cref="ArgumentException">The memory has another length.</exception>
    internal void PlaceGradient(AlignedBuffer memory)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(memory.Length, Length);
        (_gradients, _gradient) = (memory, null);
    }

    /// <summary>Sets the gradient to zero.</summary>
    public void ZeroGradient() => Gradients.Clear();
}
