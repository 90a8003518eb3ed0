using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>
/// The memory of a network's gradients: a few blocks that its layers draw in turn, since a gradient is dead once the layer before
/// has used it.
/// </summary>
/// <param name="owner">The outermost network, whose backward pass begins with all blocks free.</param>
internal sealed class GradientMemory(Layer owner)
{
    private readonly List<Block> _blocks = [];

    /// <summary>How much memory the blocks hold.</summary>
    public long Bytes => _blocks.Sum(block => (long)block.Floats.Length * sizeof(float));

    /// <summary>Begins a backward pass: where it is the outermost network's, what the one before returned is dead.</summary>
    public void Begin(Layer network, Tensor<float> outputGradient)
    {
        if (ReferenceEquals(network, owner))
        {
            foreach (Block block in _blocks)
            {
                block.Free(unless: block.Holds(outputGradient));
            }
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

    /// <summary>Frees the block in which a gradient lies, if it is one of these and another gradient does not lie there too.</summary>
    public void Release(Tensor<float> gradient, Tensor<float> result, Tensor<float> outputGradient)
    {
        foreach (Block block in _blocks)
        {
            block.Free(unless: !block.Holds(gradient) || block.Holds(result) || block.Holds(outputGradient));
        }
    }

    /// <summary>A block of memory that grows as needed.</summary>
    internal sealed class Block
    {
        public float[] Floats { get; private set; } = [];

        /// <summary>Whose result lies here and is still needed; null where the block is free.</summary>
        public ReusableTensor? Holder { get; set; }

        public void Free(bool unless) => Holder = unless ? Holder : null;

        public void Grow(int length)
        {
            if (length > Floats.Length)
            {
                Floats = GC.AllocateUninitializedArray<float>(length);
            }
        }

        public bool Holds(Tensor<float> tensor) => Floats.AsSpan().Overlaps(tensor.Elements());
    }
}
