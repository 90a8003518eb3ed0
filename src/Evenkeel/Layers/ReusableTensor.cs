using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>The memory of a layer's result, used again at each step.</summary>
/// <remarks>
/// One block of memory serves every shape that is asked for, so that each request overwrites what the one before holds.
/// A few shapes are remembered, since an epoch's last batch is often smaller than the others.
/// </remarks>
public sealed class ReusableTensor
{
    private const int RememberedShapes = 4;

    private readonly Tensor<float>?[] _tensors = new Tensor<float>?[RememberedShapes];
    private float[] _memory = [];
    private int _next;

    /// <summary>A dense tensor of the given shape; what it holds is left from earlier use.</summary>
    /// <param name="lengths">The shape.</param>
    /// <returns>A tensor, valid until the next call.</returns>
    /// <exception cref="OverflowException">The shape has more than 2³¹ − 1 elements.</exception>
    public Tensor<float> Get(ReadOnlySpan<nint> lengths)
    {
        foreach (Tensor<float>? known in _tensors)
        {
            if (known is not null && known.Lengths.SequenceEqual(lengths))
            {
                return known;
            }
        }

        nint length = 1;
        foreach (nint l in lengths)
        {
            length = checked(length * l);
        }

        if (length > _memory.Length)
        {
            _memory = GC.AllocateUninitializedArray<float>(checked((int)length));
            Array.Clear(_tensors);
        }

        Tensor<float> tensor = Tensor.Create(_memory, 0, lengths, []);
        _tensors[_next] = tensor;
        _next = (_next + 1) % RememberedShapes;
        return tensor;
    }
}
