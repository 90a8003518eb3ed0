using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Layers;

/// <summary>
/// Memory for the results of a network's layers: a few blocks that these draw in turn, since a result is dead once the next layer has
/// used it.
/// </summary>
internal sealed class LentMemory
{
    private readonly List<Block> _blocks = [];

    /// <summary>Whether it lends now; who asks while it does not keeps to memory of its own.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>How much memory the blocks hold.</summary>
    public long Bytes => _blocks.Sum(block => (long)block.Floats.Length * sizeof(float));

    /// <summary>Frees all blocks but one in which the tensor lies that a pass begins with.</summary>
    public void Begin(Tensor<float> kept)
    {
        foreach (Block block in _blocks)
        {
            block.Free(unless: block.Holds(kept));
        }
    }

    /// <summary>Takes the first block that is free, so that equal steps take equal blocks.</summary>
    public Block Take(ReusableTensor holder)
    {
        Block? free = null;
        for (int i = 0; i < _blocks.Count && free is null; i++)
        {
            free = _blocks[i].Holder is null ? _blocks[i] : null;
        }

        if (free is null)
        {
            free = new Block();
            _blocks.Add(free);
        }

        free.Holder = holder;
        return free;
    }

    /// <summary>Frees the block in which a used tensor lies, if it is one of these and none lies there that is still needed.</summary>
    /// <param name="used">What the next layer has used.</param>
    /// <param name="result">What that layer made of it.</param>
    /// <param name="kept">What the pass began with: its owner frees it.</param>
    public void Release(Tensor<float> used, Tensor<float> result, Tensor<float> kept)
    {
        foreach (Block block in _blocks)
        {
            block.Free(unless: !block.Holds(used) || block.Holds(result) || block.Holds(kept));
        }
    }

    /// <summary>Whether a tensor lies in one of the blocks.</summary>
    public bool Holds(Tensor<float> tensor)
    {
        foreach (Block block in _blocks)
        {
            if (block.Holds(tensor))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A block of memory that grows as needed.</summary>
    internal sealed class Block
    {
        public AlignedBuffer Floats { get; private set; } = AlignedBuffer.Of(0);

        /// <summary>Whose result lies here and is still needed; null where the block is free.</summary>
        public ReusableTensor? Holder { get; set; }

        public void Free(bool unless) => Holder = unless ? Holder : null;

        public void Grow(int length)
        {
            if (length > Floats.Length)
            {
                Floats = AlignedBuffer.Of(length);
            }
        }

        public bool Holds(Tensor<float> tensor) =>
            Floats.Span.Overlaps(MemoryMarshal.CreateReadOnlySpan(in tensor.GetPinnableReference(), 1));
    }
}
