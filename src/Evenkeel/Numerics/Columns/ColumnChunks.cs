using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>The columns of a table, divided into chunks of neighbours for the threads.</summary>
internal readonly struct ColumnChunks
{
    private readonly int _columns;
    private readonly int _perChunk;

    /// <summary>Divides columns into a chunk per thread, or more where a chunk would be too large.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="most">The most columns in a chunk.</param>
    public ColumnChunks(int columns, int most) =>
        (_columns, _perChunk) = (columns, Math.Clamp((columns - 1) / WorkerPool.Threads + 1, 1, most));

    /// <summary>The number of chunks.</summary>
    public int Count => (_columns - 1) / _perChunk + 1;

    /// <summary>Returns the first column of a chunk, and the number of its columns.</summary>
    public (int First, int Count) Bounds(int index)
    {
        int first = index * _perChunk;
        return (first, Math.Min(_perChunk, _columns - first));
    }
}
