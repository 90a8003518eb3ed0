using Evenkeel.Numerics;
using Evenkeel.Tables.Pipelines;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>Reads a table once, from its first row to its last, in chunks of rows.</summary>
public abstract class TableReader : IDisposable
{
    private protected TableReader()
    {
    }

    /// <summary>The name for messages: the path of a file, as given.</summary>
    public abstract string Name { get; }

    /// <summary>The names of the columns, in the order of the table.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The length of the file in bytes; null if unknown, as for a pipe.</summary>
    public abstract long? Length { get; }

    /// <summary>The number of bytes read so far.</summary>
    public abstract long Position { get; }

    /// <summary>
    /// Reads chunks up to the end of the table: works on them on several threads, and takes them in the order of the table.
    /// </summary>
    /// <typeparam name="TJob">What the work on a chunk gives; jobs are used again.</typeparam>
    /// <param name="columns">The columns whose cells are read, by index.</param>
    /// <param name="create">Creates a job.</param>
    /// <param name="work">Works on a chunk, on any thread.</param>
    /// <param name="take">Takes a chunk and its job, on the caller's thread, in the order of the table.</param>
    /// <param name="cancellationToken">Cancels the work between chunks.</param>
    /// <exception cref="ArgumentException">There is no column of an index.</exception>
    /// <exception cref="InvalidDataException">The file cannot be read as a table; the message has its path and the reason.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Read<TJob>(
        IReadOnlyList<int> columns,
        Func<TJob> create,
        Action<TableChunk, TJob> work,
        Action<TableChunk, TJob> take,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(take);
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i] < 0 || columns[i] >= Columns.Count)
            {
                throw new ArgumentException(
                    Invariant($"There is no column {columns[i]}; '{Name}' has {Columns.Count}, counted from 0."), nameof(columns));
            }
        }

        OrderedPipeline.Run(
            Parallelism.Threads,
            () => (Chunk: CreateChunk(columns), Job: create()),
            item => Fill(item.Chunk),
            item =>
            {
                item.Chunk.Parse();
                work(item.Chunk, item.Job);
            },
            item => take(item.Chunk, item.Job),
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What a location of a row counts, for messages: <c>line</c> or <c>row</c>.</summary>
    internal abstract string LocationWord { get; }

    /// <summary>Reads the first rows, parsed; what follows reads them again. Call it once, before all else.</summary>
    /// <param name="columns">The columns whose cells are read, by index.</param>
    internal abstract TableChunk Peek(IReadOnlyList<int> columns);

    /// <summary>Creates a chunk for the cells of some columns.</summary>
    internal abstract TableChunk CreateChunk(IReadOnlyList<int> columns);

    /// <summary>Fills a chunk with the next rows, cheaply, on one thread; false at the end of the table.</summary>
    internal abstract bool Fill(TableChunk chunk);

    /// <summary>Closes the file.</summary>
    private protected virtual void Dispose(bool disposing)
    {
    }
}
