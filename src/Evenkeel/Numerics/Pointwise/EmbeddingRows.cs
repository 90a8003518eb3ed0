using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Copies rows of a table, each by its number, and adds gradients to the rows that they came from.</summary>
/// <remarks>
/// The copies and their gradients are a part of the columns of a wider matrix. A row of the table gets its gradients in the order of the
/// samples: threads divide the columns of the table among them, so that no sum depends on their number.
/// </remarks>
internal static unsafe class EmbeddingRows
{
    /// <summary>Writes y[i, start + j] = table[codes[i], j].</summary>
    /// <param name="table">The table, row by row; the codes are known to be numbers of its rows.</param>
    /// <param name="dimension">The length of a row of the table.</param>
    /// <param name="codes">The row of the table for each row of <paramref name="y"/>.</param>
    /// <param name="y">Receives the copies, among other columns.</param>
    /// <param name="start">The first column of the copies.</param>
    public static void Gather(ReadOnlySpan<float> table, int dimension, ReadOnlySpan<int> codes, Span<float> y, int start)
    {
        int width = CheckWidth(y.Length, codes.Length, start, dimension);
        fixed (float* source = table, target = y)
        fixed (int* rows = codes)
        {
            int perChunk = Math.Max(1, WorkerPool.ChunkLength / dimension);
            WorkerPool.Run(
                new Copies(source, dimension, rows, codes.Length, perChunk, target + start, width),
                (codes.Length + perChunk - 1) / perChunk,
                WorkerPool.Estimate((long)codes.Length * dimension));
        }
    }

    /// <summary>Adds dy[i, start + j] to gradient[codes[i], j], for i in ascending order.</summary>
    /// <param name="dy">The gradients of the copies, among other columns.</param>
    /// <param name="start">The first column of these gradients.</param>
    /// <param name="codes">The row of the table for each row of <paramref name="dy"/>.</param>
    /// <param name="dimension">The length of a row of the table.</param>
    /// <param name="gradient">The table's gradient.</param>
    public static void AddGradients(ReadOnlySpan<float> dy, int start, ReadOnlySpan<int> codes, int dimension, Span<float> gradient)
    {
        int width = CheckWidth(dy.Length, codes.Length, start, dimension);
        fixed (float* source = dy, target = gradient)
        fixed (int* rows = codes)
        {
            int lines = (dimension - 1) / CacheLine.Floats + 1;
            int columns = ((lines - 1) / Math.Min(WorkerPool.Threads, lines) + 1) * CacheLine.Floats;
            WorkerPool.Run(
                new Sums(source + start, width, rows, codes.Length, columns, target, dimension),
                (dimension - 1) / columns + 1,
                WorkerPool.Estimate((long)codes.Length * dimension));
        }
    }

    private static int CheckWidth(int elements, int rows, int start, int dimension)
    {
        int width = elements / rows;
        return elements == rows * width && start >= 0 && start <= width - dimension
            ? width
            : throw new ArgumentOutOfRangeException(nameof(start), start, "The columns are not among those of the matrix.");
    }

    private readonly struct Copies(float* table, int dimension, int* codes, int count, int perChunk, float* y, int width) : IWork
    {
        public void Invoke(int index)
        {
            int end = (int)Math.Min(count, (index + 1L) * perChunk);
            for (int i = index * perChunk; i < end; i++)
            {
                new ReadOnlySpan<float>(table + (nint)codes[i] * dimension, dimension)
                    .CopyTo(new Span<float>(y + (nint)i * width, dimension));
            }
        }
    }

    private readonly struct Sums(float* dy, int width, int* codes, int count, int columns, float* gradient, int dimension) : IWork
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int index)
        {
            int first = index * columns, length = Math.Min(columns, dimension - first);
            for (int i = 0; i < count; i++)
            {
                float* from = dy + (nint)i * width + first, to = gradient + (nint)codes[i] * dimension + first;
                int j = 0;
                for (; j <= length - FullVector.Count; j += FullVector.Count)
                {
                    Add(default(FullVector), from + j, to + j);
                }

                if (j < length)
                {
                    Add(new MaskedVector(length - j), from + j, to + j);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TAccess>(TAccess access, float* from, float* to)
            where TAccess : struct, IVectorAccess => access.Store(to, access.Load(to) + access.Load(from));
    }
}
