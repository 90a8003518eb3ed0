using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Multiplies rows of a grid with one sliver of the right operand, tile by tile.</summary>
/// <typeparam name="TRegisters">The registers of this machine.</typeparam>
/// <typeparam name="TVector">The type of one register.</typeparam>
/// <typeparam name="TFactor">How an element of the left operand becomes a register.</typeparam>
internal static unsafe class MatrixTiles<TRegisters, TVector, TFactor>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
    where TFactor : struct, IFactor
{
    private const int MaxRows = 16;

    /// <summary>Multiplies the rows from <paramref name="row"/> up to <paramref name="endRow"/>.</summary>
    /// <param name="grid">Where the rows lie.</param>
    /// <param name="row">The first row.</param>
    /// <param name="endRow">Behind the last row.</param>
    /// <param name="a">The left operand of the grid's first row.</param>
    /// <param name="depth">Where the elements of a row lie.</param>
    /// <param name="b">The sliver; it may be read to the end of its last register.</param>
    /// <param name="bStride">From a row of the sliver to the next.</param>
    /// <param name="columns">Columns of the sliver that exist.</param>
    /// <param name="start">What is added to each row, a value for each column (of whole registers); nothing where null.</param>
    /// <param name="c">The result of the grid's first row, in the sliver's first column.</param>
    /// <param name="add">Whether to add the sums to what is there; then there is no start.</param>
    public static void Multiply(
        in StridedRows grid, int row, int endRow, float* a, in DepthSegments depth, float* b, nint bStride, int columns, float* start, float* c, bool add)
    {
        switch ((columns + TRegisters.Lanes - 1) / TRegisters.Lanes)
        {
            case 1:
                Multiply<One>(grid, row, endRow, a, depth, b, bStride, columns, start, c, add);
                break;
            case 2:
                Multiply<Two>(grid, row, endRow, a, depth, b, bStride, columns, start, c, add);
                break;
            default:
                Multiply<Three>(grid, row, endRow, a, depth, b, bStride, columns, start, c, add);
                break;
        }
    }

    private static void Multiply<TColumns>(
        in StridedRows grid, int row, int endRow, float* a, in DepthSegments depth, float* b, nint bStride, int columns, float* start, float* c, bool add)
        where TColumns : struct, INumber
    {
        float** pointers = stackalloc float*[3 * MaxRows];
        float* beside = stackalloc float[(MaxRows + 1) * TColumns.Value * TRegisters.Lanes];
        var tile = new Tile<TColumns>
        {
            Depth = depth,
            B = b,
            BStride = bStride,
            Columns = columns,
            Start = start,
            Add = add,
            Pointers = pointers,
            Beside = beside,
        };
        var cursor = new RowCursor(grid, a, c, row);
        if (TRegisters.TileRows == 8)
        {
            // One register a row leaves room for twice as many rows, and with eight the multiply-adds would wait for each other.
            for (; TColumns.Value == 1 && columns == TRegisters.Lanes && row <= endRow - 16; row += 16)
            {
                tile.MultiplySixteen(ref cursor);
            }

            for (; row < endRow - 4; row += 8)
            {
                tile.Multiply<Eight>(ref cursor, Math.Min(8, endRow - row));
            }
        }

        for (; row < endRow; row += 4)
        {
            tile.Multiply<Four>(ref cursor, Math.Min(4, endRow - row));
        }
    }

    /// <summary>What the tiles of a sliver have in common.</summary>
    private ref struct Tile<TColumns>
        where TColumns : struct, INumber
    {
        public DepthSegments Depth;
        public float* B;
        public nint BStride;
        public int Columns;
        public float* Start;
        public bool Add;

        /// <summary>Room for the rows of a tile: of the left operand, of the result and of what is added.</summary>
        public float** Pointers;

        /// <summary>Room for one tile, and a row of one more.</summary>
        public float* Beside;

        private static int Width => TColumns.Value * TRegisters.Lanes;

        public readonly void Multiply<TRows>(ref RowCursor cursor, int rows)
            where TRows : struct, INumber
        {
            Take<TRows>(ref cursor, rows);
            if (Columns == Width)
            {
                Multiply<TRows>(0);
            }
            else
            {
                MultiplyBeside<TRows>(rows);
            }
        }

        public readonly void MultiplySixteen(ref RowCursor cursor)
        {
            Take<Sixteen>(ref cursor, 16);
            float** a = Pointers;
            bool alike = true;
            for (int i = 0; i < 8; i++)
            {
                alike &= a[i + 8] - a[i] == a[8] - a[0];
            }

            if (alike)
            {
                Multiply<Sixteen>(0);
            }
            else
            {
                Multiply<Eight>(0);
                Multiply<Eight>(8);
            }
        }

        /// <summary>Goes to the next rows, and finds what is added to each.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Take<TRows>(ref RowCursor cursor, int rows)
            where TRows : struct, INumber
        {
            float** a = Pointers, c = a + MaxRows, addend = c + MaxRows;
            cursor.Take(rows, a, c);
            for (int i = rows; i < TRows.Value; i++)
            {
                // Rows that are not there: computed from the last again, and stored where nobody looks.
                a[i] = a[rows - 1];
                c[i] = Beside + MaxRows * Width;
            }

            for (int i = 0; i < TRows.Value; i++)
            {
                addend[i] = Add ? c[i] : Start;
            }

            // What is there may be far away, and is wanted only behind the whole depth.
            for (int i = 0; Add && Sse.IsSupported && i < TRows.Value; i++)
            {
                for (int j = 0; j < TColumns.Value; j++)
                {
                    Sse.Prefetch0(c[i] + j * TRegisters.Lanes);
                }
            }
        }

        /// <summary>Multiplies the rows that were taken, from one of them on, into the result.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Multiply<TRows>(int first)
            where TRows : struct, INumber
        {
            float** a = Pointers + first, c = a + MaxRows, addend = c + MaxRows;
            MatrixMicrokernel.Multiply<TRegisters, TVector, TRows, TColumns, TFactor>(a, Depth, B, BStride, addend, c);
        }

        /// <summary>A tile that hangs over the last column is summed beside, and the part that exists is copied.</summary>
        private readonly void MultiplyBeside<TRows>(int rows)
            where TRows : struct, INumber
        {
            float** beside = stackalloc float*[MaxRows];
            float** nothing = stackalloc float*[MaxRows];
            for (int i = 0; i < TRows.Value; i++)
            {
                beside[i] = Beside + i * Width;
                nothing[i] = null;
            }

            MatrixMicrokernel.Multiply<TRegisters, TVector, TRows, TColumns, TFactor>(Pointers, Depth, B, BStride, nothing, beside);
            for (int i = 0; i < rows; i++)
            {
                float* c = Pointers[MaxRows + i], addend = Pointers[2 * MaxRows + i];
                for (int j = 0; j < Columns; j++)
                {
                    c[j] = addend == null ? beside[i][j] : addend[j] + beside[i][j];
                }
            }
        }
    }
}
