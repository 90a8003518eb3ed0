using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>Memory for a layer's result, reused at each step.</summary>
/// <remarks>
/// All shapes share one block of memory, so that each request invalidates the tensor of the previous one. Tensors of a few shapes are
/// cached, since an epoch's last batch is often smaller than the others. A network may provide the memory.
/// </remarks>
public sealed class ReusableTensor
{
    private const int RememberedShapes = 4;

    private readonly View[] _views = new View[RememberedShapes];
    private readonly LentMemory.Block _own = new();
    private LentMemory.Block _block;
    private LentMemory? _lender;
    private int _next;

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
        foreach (ref View view in _views.AsSpan())
        {
            if (view.IsStale)
            {
                view = default;
            }
            else if (ReferenceEquals(view.Block, _block) && view.Tensor.Lengths.SequenceEqual(lengths))
            {
                return view.Tensor;
            }
        }

        Tensor<float> tensor = Tensor.Create(_block.Floats.Array, _block.Floats.Start, lengths, []);
        _views[_next] = new View(_block, _block.Floats.Array, tensor);
        _next = (_next + 1) % RememberedShapes;
        return tensor;
    }

    /// <summary>Takes memory from a network's pool from now on, whenever it is open.</summary>
    internal void DrawFrom(LentMemory lender)
    {
        GiveBack();
        _block = _own;
        Array.Clear(_views);
        _lender = lender;
    }

    // The block may have passed to another holder.
    private void GiveBack() => _block.Free(unless: !ReferenceEquals(_block.Holder, this));

    /// <summary>A tensor in a block's memory.</summary>
    private readonly record struct View(LentMemory.Block? Block, float[] Floats, Tensor<float> Tensor)
    {
        /// <summary>True if there is no tensor, or its block has been reallocated.</summary>
        public bool IsStale => Block is null || !ReferenceEquals(Floats, Block.Floats.Array);
    }
}
