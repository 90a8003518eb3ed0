using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Cuts a matrix product into blocks that fit the caches, and the blocks into chunks for the threads.</summary>
/// <remarks>
/// A block of B is packed into panels as wide as a tile, which all threads read; then rows of A are multiplied with it, tile by tile.
/// A is not packed: the microkernel reads one element of each of its rows at a time, and a block of A stays in the second-level cache
/// while it is multiplied with one panel after the other.
/// </remarks>
internal static unsafe class MatrixBlocks<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Floats of the packed block of B.</summary>
    private const int MaxPacked = 512 * 1024;

    /// <summary>Rows of A that are multiplied with a panel before the next: 256 KB at the greatest depth.</summary>
    private const int MaxRows = 256;

    /// <summary>Rows of A up to which B is not packed, since packing would cost as much as multiplying.</summary>
    private const int FewRows = 8;

    /// <summary>Multiply-adds below which a second thread costs more than it saves: it has to read what the other one packed.</summary>
    private const double WorthSplitting = 1_000_000;

    /// <summary>Multiply-adds of a single row, for which B is not packed, below which a second thread costs more than it saves.</summary>
    private const double RowWorthSplitting = 300_000;

    /// <summary>Multiply-adds that take as long as an element of C takes to be written.</summary>
    private const double MultiplyAddsPerResult = 16;

    private const double MultiplyAddsPerMicrosecond = 40_000;
    private const double RowMultiplyAddsPerMicrosecond = 10_000;

    /// <summary>Computes C = A·B or C += A·B; see <see cref="MatrixProduct"/>.</summary>
    public static void Multiply(in StridedMatrix a, in StridedMatrix b, float* c, bool accumulate)
    {
        int m = a.Rows, n = b.Columns, k = a.Columns;
        int depth = new DepthBlocks(k).Length;
        bool split = IsWorthSplitting(m, n, k);
        int done = 0;
        if (b.IsTransposed && m == 1)
        {
            done = MatrixSingleRow<TRegisters, TVector>.Multiply(a, b, c, accumulate, split);
        }

        if (done == n)
        {
            return;
        }

        int panelWidth = MicroPanels.FullWidthOf(TRegisters.Lanes);
        int width = Math.Min(n - done, MaxPacked / depth / panelWidth * panelWidth);
        float* packed = ThreadScratch.OfThisThread(
            ScratchUse.Operand, depth * MicroPanels.FullWidth(width, TRegisters.Lanes).Width);

        for (int column = done; column < n; column += width)
        {
            int columns = Math.Min(width, n - column);
            for (int p = 0; p < k; p += depth)
            {
                int length = Math.Min(depth, k - p);
                var block = new Block
                {
                    A = a.SliceColumns(p, length),
                    B = b.SliceRows(p, length).SliceColumns(column, columns),
                    C = c + column,
                    CStride = n,
                    Panels = MicroPanels.FullWidth(columns, TRegisters.Lanes),
                    Packed = packed,
                    Accumulate = accumulate || p > 0,
                };
                Multiply(block, split);
            }
        }
    }

    private static bool IsWorthSplitting(int m, int n, int k)
    {
        double work = (double)m * n * (k + MultiplyAddsPerResult);
        (double least, double perMicrosecond) = m == 1
            ? (RowWorthSplitting, RowMultiplyAddsPerMicrosecond)
            : (WorthSplitting, MultiplyAddsPerMicrosecond);
        return work >= least && WorkerPool.IsWorthSplitting(work / perMicrosecond);
    }

    private static void Multiply(in Block block, bool split)
    {
        int panels = block.Panels.Count;
        if (!split)
        {
            for (int i = 0; i < panels; i++)
            {
                Pack(block, i);
            }

            MultiplyRows(block, 0, block.A.Rows, 0, panels);
            return;
        }

        if (block.IsReadInPlace(MicroPanels.FullWidthOf(TRegisters.Lanes)))
        {
            Pack(block, panels - 1);
        }
        else
        {
            WorkerPool.Run(new Packing(block), panels);
        }

        // Enough chunks that a thread which comes late still finds some; columns before rows, so that a panel is read once.
        int wanted = 4 * WorkerPool.Threads;
        int rowChunks = Math.Max((block.A.Rows + MaxRows - 1) / MaxRows, wanted / panels);
        int tileRows = TRegisters.TileRows;
        int rows = ((block.A.Rows + rowChunks - 1) / rowChunks + tileRows - 1) / tileRows * tileRows;
        rowChunks = (block.A.Rows + rows - 1) / rows;
        int panelChunks = Math.Clamp((wanted + rowChunks - 1) / rowChunks, 1, panels);
        WorkerPool.Run(new Multiplication(block, rows, rowChunks, panelChunks), rowChunks * panelChunks);
    }

    private static void Pack(in Block block, int panel)
    {
        int first = block.Panels.Start(panel), columns = block.Panels.ColumnsOf(panel);
        if (!block.IsReadInPlace(columns))
        {
            MatrixPacking.Pack<TRegisters, TVector>(
                block.B.SliceColumns(first, columns), block.Panels.WidthOf(panel), block.Packed + (nint)first * block.B.Rows);
        }
    }

    private static void MultiplyRows(in Block block, int firstRow, int endRow, int firstPanel, int endPanel)
    {
        for (int begin = firstRow; begin < endRow; begin += MaxRows)
        {
            int end = Math.Min(endRow, begin + MaxRows);
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                MultiplyPanel(block, begin, end, panel);
            }
        }
    }

    private static void MultiplyPanel(in Block block, int row, int endRow, int index)
    {
        int column = block.Panels.Start(index), columns = block.Panels.ColumnsOf(index);
        bool inPlace = block.IsReadInPlace(columns);
        DepthSegments.Segment segment;
        var depth = new DepthSegments(&segment, block.A.ColumnStride);
        depth.Append(0, block.A.Columns);
        var rows = new StridedRows
        {
            A = block.A.Start,
            C = block.C + column,
            First = row,
            End = endRow,
            Middle = 1,
            Inner = block.A.Rows,
            InnerA = block.A.RowStride,
            InnerC = block.CStride,
        };
        var panel = new MicroPanel
        {
            Elements = inPlace ? block.B.Start + column : block.Packed + (nint)column * block.B.Rows,
            Stride = inPlace ? block.B.RowStride : block.Panels.WidthOf(index),
            Columns = columns,
        };
        MatrixTiles<TRegisters, TVector, LeftFactor.Broadcast>.Multiply(rows, depth, panel, block.Accumulate);
    }

    /// <summary>A product whose packed right operand fits the buffer.</summary>
    private struct Block
    {
        public StridedMatrix A;
        public StridedMatrix B;
        public float* C;
        public nint CStride;
        public MicroPanels Panels;
        public float* Packed;
        public bool Accumulate;

        /// <summary>True if a panel is read where it lies.</summary>
        /// <remarks>A panel that ends within a register is packed, so that the register can be filled up with zeros.</remarks>
        public readonly bool IsReadInPlace(int columns) => !B.IsTransposed && A.Rows <= FewRows && columns % TRegisters.Lanes == 0;
    }

    private readonly struct Packing(Block block) : IWork
    {
        public void Invoke(int index) => Pack(block, index);
    }

    private readonly struct Multiplication(Block block, int rowsPerChunk, int rowChunks, int panelChunks) : IWork
    {
        public void Invoke(int index)
        {
            int row = index % rowChunks * rowsPerChunk, panels = block.Panels.Count;
            int chunk = index / rowChunks;
            MultiplyRows(
                block,
                row,
                Math.Min(block.A.Rows, row + rowsPerChunk),
                (int)((long)panels * chunk / panelChunks),
                (int)((long)panels * (chunk + 1) / panelChunks));
        }
    }
}
