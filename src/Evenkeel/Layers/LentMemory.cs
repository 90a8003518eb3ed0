using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Layers;

/// <summary>
/// A pool of memory for the results of a network's layers: a few blocks are reused in turn, since a result is not needed once the next
/// layer has used it.
/// </summary>
internal sealed class LentMemory
{
    private readonly List<Block> _blocks = [];
    private readonly ReusableTensor _keeper = new();

    /// <summary>Whether the pool is open; while it is closed, layers use memory of their own.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>The size of all blocks in bytes.</summary>
    public long Bytes => _blocks.Sum(block => (long)block.Floats.Length * sizeof(float));

    /// <summary>Releases all blocks except one that holds the tensor that a pass begins with, which is kept until the next.</summary>
    public void Begin(Tensor<float> kept)
    {
        foreach (Block block in _blocks)
        {
            // Not the holder of the last pass, which gives its block back when it takes another.
            block.Holder = block.Holds(kept) ? _keeper : null;
        }
    }

    /// <summary>Takes the first free block, so that equal steps use equal blocks.</summary>
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

    /// <summary>Releases the block that holds a used tensor, unless it also holds a tensor still in use.</summary>
    /// <param name="used">The tensor that the next layer has used.</param>
    /// <param name="result">The result of that layer.</param>
    /// <param name="kept">The tensor that the pass began with; its owner releases it.</param>
    /// <param name="others">Other tensors still in use; null for none.</param>
    public void Release(Tensor<float> used, Tensor<float> result, Tensor<float> kept, params ReadOnlySpan<Tensor<float>?> others)
    {
        foreach (Block block in _blocks)
        {
            block.Free(unless: !block.Holds(used) || block.Holds(result) || block.Holds(kept) || block.HoldsAny(others));
        }
    }

    /// <summary>Returns whether a tensor is in one of the blocks.</summary>
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

        /// <summary>The owner of the result that the block holds; null if the block is free.</summary>
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

        public bool HoldsAny(ReadOnlySpan<Tensor<float>?> tensors)
        {
            foreach (Tensor<float>? tensor in tensors)
            {
                if (tensor is not null && Holds(tensor))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
