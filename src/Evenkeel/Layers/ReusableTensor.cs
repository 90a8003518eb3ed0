using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>Memory for a layer's result, reused at each step.</summary>
/// <remarks>
/// All shapes share one block of memory, so that each request invalidates the tensor of the previous one. The tensors of recent shapes are
/// cached, since batches may vary in size. A network may provide the memory.
/// </remarks>
public sealed class ReusableTensor
{
    private const int MaxViews = 256;

    private readonly List<View> _views = [];
    private readonly LentMemory.Block _own = new();
    private LentMemory.Block _block;
    private LentMemory? _lender;

    /// <summary>Creates an instance that has not allocated memory yet.</summary>
    public ReusableTensor() => _block = _own;

    /// <summary>Returns a dense tensor of the given shape, whose elements are arbitrary.</summary>
    /// <param name="lengths">The shape.</param>
    /// <returns>The tensor, valid until the next call.</returns>
    /// <exception cref="OverflowException">The shape has more than 2³¹ − 1 elements.</exception>
    public Tensor<float> Get(ReadOnlySpan<nint> lengths)
    {
        nint length = 1;
        foreach (nint l in lengths)
        {
            length = checked(length * l);
        }

        GiveBack();
        _block = _lender is { IsOpen: true } ? _lender.Take(this) : _own;
        _block.Grow(checked((int)length));
        if (FindView(lengths) is not { } tensor)
        {
            tensor = Tensor.Create(_block.Floats.Array, _block.Floats.Start, lengths, []);
            AddView(new View(_block, _block.Floats.Array, tensor));
        }

        return tensor;
    }

    /// <summary>Takes memory from a network's pool from now on, whenever it is open.</summary>
    internal void DrawFrom(LentMemory lender)
    {
        GiveBack();
        _block = _own;
        _views.Clear();
        _lender = lender;
    }

    // The block may have passed to another holder.
    private void GiveBack() => _block.Free(unless: !ReferenceEquals(_block.Holder, this));

    /// <summary>Returns the cached tensor of a shape in the current block, and makes it the first; null if there is none.</summary>
    private Tensor<float>? FindView(ReadOnlySpan<nint> lengths)
    {
        for (int i = 0; i < _views.Count; i++)
        {
            if (ReferenceEquals(_views[i].Floats, _block.Floats.Array) && _views[i].Tensor.Lengths.SequenceEqual(lengths))
            {
                (_views[0], _views[i]) = (_views[i], _views[0]);
                return _views[0].Tensor;
            }
        }

        return null;
    }

    /// <summary>Caches a tensor in place of those that are out of date, and of one of the others if there are many.</summary>
    private void AddView(View view)
    {
        _views.RemoveAll(static other => other.IsStale);
        if (_views.Count == MaxViews)
        {
            _views.RemoveAt(MaxViews - 1);
        }

        _views.Add(view);
    }

    /// <summary>A tensor in a block's memory.</summary>
    private readonly record struct View(LentMemory.Block Block, float[] Floats, Tensor<float> Tensor)
    {
        /// <summary>True if the block has been reallocated.</summary>
        public bool IsStale => !ReferenceEquals(Floats, Block.Floats.Array);
    }
}
