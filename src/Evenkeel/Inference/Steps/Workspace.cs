using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Inference.Steps;

/// <summary>The memory for the activations of a run.</summary>
internal sealed unsafe class Workspace
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Allocates a workspace.</summary>
    /// <param name="floats">Its size.</param>
    public Workspace(int floats)
    {
        _buffer = AlignedBuffer.Of(floats);
        fixed (float* start = _buffer.Span)
        {
            Start = start; // the buffer is pinned
        }
    }

    /// <summary>The first float, on a cache line.</summary>
    public float* Start { get; }
}
