using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Inference;

/// <summary>Workspaces of a predictor, which calls rent and return. As many are kept as calls ran at the same time.</summary>
/// <param name="floats">The size of a workspace.</param>
internal sealed class WorkspacePool(int floats)
{
    private readonly Workspace?[] _free = new Workspace?[Math.Max(64, 4 * Environment.ProcessorCount)];
    private int _created;

    /// <summary>The number of workspaces that were created.</summary>
    public int Created => Volatile.Read(ref _created);

    /// <summary>The size of a workspace in bytes.</summary>
    public long WorkspaceBytes => (long)floats * sizeof(float);

    /// <summary>Takes a workspace, which may hold anything.</summary>
    public Workspace Rent()
    {
        foreach (ref Workspace? slot in _free.AsSpan())
        {
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } workspace)
            {
                return workspace;
            }
        }

        Interlocked.Increment(ref _created);
        return new Workspace(floats);
    }

    /// <summary>Gives a workspace back.</summary>
    public void Return(Workspace workspace)
    {
        foreach (ref Workspace? slot in _free.AsSpan())
        {
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, workspace, null) is null)
            {
                return;
            }
        }
    }

    /// <summary>The memory for the activations of a run.</summary>
    internal sealed unsafe class Workspace
    {
        private readonly AlignedBuffer _buffer;

        public Workspace(int floats)
        {
            _buffer = AlignedBuffer.Of(floats);
            fixed (float* start = _buffer.Array)
            {
                Start = start + _buffer.Start; // the array is pinned
            }
        }

        /// <summary>The first float, on a cache line.</summary>
        public float* Start { get; }
    }
}
