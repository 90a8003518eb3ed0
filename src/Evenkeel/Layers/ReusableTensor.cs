using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>The memory of a layer's result, used again at each step.</summary>
/// <remarks>
/// One block of memory serves every shape that is asked for, so that each request overwrites what the one before holds.
/// A few shapes are remembered, since an epoch's last batch is often smaller than the others. A network may lend the memory.
/// </remarks>
public sealed class ReusableTensor
{
    private const int RememberedShapes = 4;

    private readonly View[] _views = new View[RememberedShapes];
    private readonly LentMemory.Block _own = new();
    private LentMemory.Block _block;
    private LentMemory? _lender;
    private int _next;

    /// <summary>Makes a result's memory, of which there is none yet.</summary>
    public ReusableTensor() => _block = _own;

    /// <summary>A dense tensor of the given shape; what it holds is left from earlier use.</summary>
    /// <param name="lengths">The shape.</param>
    /// <returns>A tensor, valid until the next call.</returns>
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

    /// <summary>Draws memory from a network's from now on, whenever that lends.</summary>
    internal void DrawFrom(LentMemory lender)
    {
        GiveBack();
        _block = _own;
        Array.Clear(_views);
        _lender = lender;
    }

    // By now the block may be another's.
    private void GiveBack() => _block.Free(unless: !ReferenceEquals(_block.Holder, this));

    /// <summary>A tensor made of a block's memory.</summary>
    private readonly record struct View(LentMemory.Block? Block, float[] Floats, Tensor<float> Tensor)
    {
        /// <summary>Whether there is none, or the block has grown and lies elsewhere.</summary>
        public bool IsStale => Block is null || !ReferenceEquals(Floats, Block.Floats.Array);
    }
}
