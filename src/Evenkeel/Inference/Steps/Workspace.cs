using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Inference.Steps;

/// <summary>The memory for the activations of a sub-batch.</summary>
/// <param name="floats">Its size.</param>
internal sealed unsafe class Workspace(int floats)
{
    private readonly AlignedBuffer _buffer = AlignedBuffer.Of(floats);

    /// <summary>The first float, on a cache line.</summary>
    public float* Start => _buffer.Pointer;
}
