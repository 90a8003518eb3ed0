using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Cuts a matrix product into blocks that fit the caches, and the blocks into shares for the threads.</summary>
/// <remarks>
/// A block of B is packed into slivers as wide as a tile, which all threads read; then rows of A are multiplied with
/// it, tile by tile. A is read where it lies: the microkernel takes one element of each of its rows at a time, and a
/// block of it stays in the second-level cache while it meets one sliver after the other.
/// </remarks>
internal static unsafe class MatrixBlocks<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Floats of the packed block of B.</summary>
    private const int MaxPacked = 512 * 1024;

    /// <summary>Rows of A that meet the slivers together: with the depth, 256 KB.</summary>
    private const int MaxRows = 256;

    /// <summary>So few rows of A use each row of B once or twice: it is read where it lies, since packing would cost as much as multiplying.</summary>
    private const int FewRows = 8;

    /// <summary>Multiply-adds below which a second thread, should it sleep, costs more than it saves.</summary>
    private const long WorthSplitting = 300_000;

    /// <summary>Registers in a row of the widest tile.</summary>
    private const int TileRegisters = 3;

    private static int TileWidth => TileRegisters * TRegisters.Lanes;

    /// <summary>C = A·op(B) or C += A·op(B); see <see cref="MatrixProduct"/>.</summary>
    public static void Multiply(
        in StridedMatrix a, float* b, bool transposeB, float* c, int m, int n, int k, bool accumulate)
    {
        int depth = new DepthBlocks(k).Length;
        bool split = (long)m * n * k >= WorthSplitting && WorkerPool.Threads > 1;
        int done = 0;
        if (transposeB && m == 1)
        {
            done = n / TRegisters.Lanes * TRegisters.Lanes;
            MatrixSingleRow<TRegisters, TVector>.Multiply(a, b, c, done, k, depth, accumulate, split);
        }

        if (done == n)
        {
            return;
        }

        int width = Math.Min(n - done, MaxPacked / depth / TileWidth * TileWidth);
        float* packed = ThreadScratch.OfThisThread(
            ScratchUse.Operand, depth * ((width + TileWidth - 1) / TileWidth * TileWidth));

        for (int column = done; column < n; column += width)
        {
            for (int p = 0; p < k; p += depth)
            {
                var block = new Block
                {
                    A = new StridedMatrix(a.Start + p * a.DepthStride, a.RowStride, a.DepthStride),
                    B = transposeB ? b + (nint)column * k + p : b + (nint)p * n + column,
                    BStride = transposeB ? k : n,
                    BTransposed = transposeB,
                    C = c + column,
                    CStride = n,
                    Packed = packed,
                    Rows = m,
                    Columns = Math.Min(width, n - column),
                    Depth = Math.Min(depth, k - p),
                    Add = accumulate || p > 0,
                };
                Multiply(block, split);
            }
        }
    }

    private static void Multiply(in Block block, bool split)
    {
        int slivers = (block.Columns + TileWidth - 1) / TileWidth;
        if (!split)
        {
            for (int i = 0; i < slivers; i++)
            {
                Pack(block, i);
            }

            MultiplyRows(block, 0, block.Rows, 0, slivers);
            return;
        }

        if (block.IsReadInPlace(TileWidth))
        {
            Pack(block, slivers - 1);
        }
        else
        {
            WorkerPool.Run(new PackingSlivers(block), slivers);
        }

        // Enough shares that a thread which came late still finds some; columns before rows, so that a sliver is read once.
        int wanted = 4 * WorkerPool.Threads;
        int rowChunks = Math.Max((block.Rows + MaxRows - 1) / MaxRows, wanted / slivers);
        int tileRows = TRegisters.TileRows;
        int rows = ((block.Rows + rowChunks - 1) / rowChunks + tileRows - 1) / tileRows * tileRows;
        rowChunks = (block.Rows + rows - 1) / rows;
        int sliverChunks = Math.Clamp((wanted + rowChunks - 1) / rowChunks, 1, slivers);
        WorkerPool.Run(
            new MultiplyingTiles(block, rows, rowChunks, slivers, sliverChunks), rowChunks * sliverChunks);
    }

    private static void Pack(in Block block, int sliver)
    {
        int first = sliver * TileWidth;
        int columns = Math.Min(TileWidth, block.Columns - first);
        if (block.IsReadInPlace(columns))
        {
            return;
        }

        MatrixPacking.Pack<TRegisters, TVector>(
            block.BTransposed ? block.B + first * block.BStride : block.B + first,
            block.BStride,
            block.BTransposed,
            block.Depth,
            columns,
            Registers(columns),
            block.Packed + (nint)first * block.Depth);
    }

    private static int Registers(int columns) => (columns + TRegisters.Lanes - 1) / TRegisters.Lanes;

    private static void MultiplyRows(in Block block, int firstRow, int endRow, int firstSliver, int endSliver)
    {
        for (int begin = firstRow; begin < endRow; begin += MaxRows)
        {
            int end = Math.Min(endRow, begin + MaxRows);
            for (int sliver = firstSliver; sliver < endSliver; sliver++)
            {
                MultiplySliver(block, begin, end, sliver * TileWidth);
            }
        }
    }

    private static void MultiplySliver(in Block block, int row, int endRow, int column)
    {
        int columns = Math.Min(TileWidth, block.Columns - column);
        bool inPlace = block.IsReadInPlace(columns);
        DepthSegment run;
        var depth = new DepthSegments(&run, block.A.DepthStride);
        depth.Append(0, block.Depth);
        MatrixTiles<TRegisters, TVector, SharedFactor>.Multiply(
            new StridedRows { Middle = 1, Inner = block.Rows, InnerA = block.A.RowStride, InnerC = block.CStride },
            row,
            endRow,
            block.A.Start,
            depth,
            inPlace ? block.B + column : block.Packed + (nint)column * block.Depth,
            inPlace ? block.BStride : Registers(columns) * TRegisters.Lanes,
            columns,
            start: null,
            block.C + column,
            block.Add);
    }

    /// <summary>A product whose packed right side fits the buffer.</summary>
    private struct Block
    {
        public StridedMatrix A;
        public float* B;
        public nint BStride;
        public bool BTransposed;
        public float* C;
        public nint CStride;
        public float* Packed;
        public int Rows;
        public int Columns;
        public int Depth;
        public bool Add;

        /// <summary>Whether a sliver of so many columns is not packed; one that ends within a register is, to be filled up with zeros.</summary>
        public readonly bool IsReadInPlace(int columns) => !BTransposed && Rows <= FewRows && columns % TRegisters.Lanes == 0;
    }

    private readonly struct PackingSlivers(Block block) : IWork
    {
        public void Invoke(int index) => Pack(block, index);
    }

    private readonly struct MultiplyingTiles(
        Block block, int rowsPerChunk, int rowChunks, int slivers, int sliverChunks) : IWork
    {
        public void Invoke(int index)
        {
            int row = index % rowChunks * rowsPerChunk;
            int chunk = index / rowChunks;
            MultiplyRows(
                block,
                row,
                Math.Min(block.Rows, row + rowsPerChunk),
                (int)((long)slivers * chunk / sliverChunks),
                (int)((long)slivers * (chunk + 1) / sliverChunks));
        }
    }
}
