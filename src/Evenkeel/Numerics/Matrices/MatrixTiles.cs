using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Multiplies rows with one panel of the right operand, tile by tile.</summary>
/// <typeparam name="TRegisters">The registers of this machine.</typeparam>
/// <typeparam name="TVector">The type of one register.</typeparam>
/// <typeparam name="TFactor">The way in which an element of the left operand becomes a register.</typeparam>
internal static unsafe class MatrixTiles<TRegisters, TVector, TFactor>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
    where TFactor : struct, LeftFactor.IKind
{
    private const int MaxRows = 16;

    /// <summary>Multiplies rows with a panel.</summary>
    /// <param name="rows">The rows of the left operand and of the result, starting at the panel's first column.</param>
    /// <param name="depth">The offsets of the elements of a row of the left operand.</param>
    /// <param name="panel">The panel; it must have no bias if the sums are added to the result.</param>
    /// <param name="accumulate">True to add the sums to what the result holds.</param>
    public static void Multiply(in StridedRows rows, in DepthSegments depth, in MicroPanel panel, bool accumulate)
    {
        switch ((panel.Columns + TRegisters.Lanes - 1) / TRegisters.Lanes)
        {
            case 1:
                Multiply<TileSize.One>(rows, depth, panel, accumulate);
                break;
            case 2:
                Multiply<TileSize.Two>(rows, depth, panel, accumulate);
                break;
            default:
                Multiply<TileSize.Three>(rows, depth, panel, accumulate);
                break;
        }
    }

    private static void Multiply<TColumns>(in StridedRows rows, in DepthSegments depth, in MicroPanel panel, bool accumulate)
        where TColumns : struct, TileSize.IValue
    {
        float** pointers = stackalloc float*[3 * MaxRows];
        float* scratch = stackalloc float[(MaxRows + 1) * TColumns.Value * TRegisters.Lanes];
        var tile = new Tile<TColumns>
        {
            Depth = depth,
            Panel = panel,
            Accumulate = accumulate,
            Pointers = pointers,
            Scratch = scratch,
        };
        var cursor = new StridedRows.Cursor(rows);
        int row = rows.First, endRow = rows.End;
        if (TRegisters.TileRows == 8)
        {
            // One register per row leaves room for twice as many rows; with eight, the multiply-adds would wait for each other.
            for (; TColumns.Value == 1 && panel.Columns == TRegisters.Lanes && row <= endRow - 16; row += 16)
            {
                tile.MultiplySixteen(ref cursor);
            }

            for (; row < endRow - 4; row += 8)
            {
                tile.Multiply<TileSize.Eight>(ref cursor, Math.Min(8, endRow - row));
            }
        }

        for (; row < endRow; row += 4)
        {
            tile.Multiply<TileSize.Four>(ref cursor, Math.Min(4, endRow - row));
        }
    }

    /// <summary>The state that the tiles of a panel have in common.</summary>
    private ref struct Tile<TColumns>
        where TColumns : struct, TileSize.IValue
    {
        public DepthSegments Depth;
        public MicroPanel Panel;
        public bool Accumulate;

        /// <summary>Memory for the rows of a tile: of the left operand, of the result and of the addend.</summary>
        public float** Pointers;

        /// <summary>Memory for the elements of one tile, and of one more row.</summary>
        public float* Scratch;

        private static int Width => TColumns.Value * TRegisters.Lanes;

        public readonly void Multiply<TRows>(ref StridedRows.Cursor cursor, int rows)
            where TRows : struct, TileSize.IValue
        {
            Take<TRows>(ref cursor, rows);
            if (Panel.Columns == Width)
            {
                Multiply<TRows>(0);
            }
            else
            {
                MultiplyPartOfTile<TRows>(rows);
            }
        }

        public readonly void MultiplySixteen(ref StridedRows.Cursor cursor)
        {
            Take<TileSize.Sixteen>(ref cursor, 16);
            float** a = Pointers;
            bool alike = true;
            for (int i = 0; i < 8; i++)
            {
                alike &= a[i + 8] - a[i] == a[8] - a[0];
            }

            if (alike)
            {
                Multiply<TileSize.Sixteen>(0);
            }
            else
            {
                Multiply<TileSize.Eight>(0);
                Multiply<TileSize.Eight>(8);
            }
        }

        /// <summary>Advances to the next rows and finds the addend of each.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Take<TRows>(ref StridedRows.Cursor cursor, int rows)
            where TRows : struct, TileSize.IValue
        {
            float** a = Pointers, c = a + MaxRows, addend = c + MaxRows;
            cursor.Take(rows, a, c);
            for (int i = rows; i < TRows.Value; i++)
            {
                // Rows that do not exist are computed from the last row once more, and stored to the scratch memory.
                a[i] = a[rows - 1];
                c[i] = Scratch + MaxRows * Width;
            }

            for (int i = 0; i < TRows.Value; i++)
            {
                addend[i] = Accumulate ? c[i] : Panel.Bias;
            }

            // The result may be outside the caches, and is needed only after the whole depth.
            for (int i = 0; Accumulate && Sse.IsSupported && i < TRows.Value; i++)
            {
                for (int j = 0; j < TColumns.Value; j++)
                {
                    Sse.Prefetch0(c[i] + j * TRegisters.Lanes);
                }
            }
        }

        /// <summary>Multiplies the taken rows, from <paramref name="first"/> on, into the result.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Multiply<TRows>(int first)
            where TRows : struct, TileSize.IValue
        {
            float** a = Pointers + first, c = a + MaxRows, addend = c + MaxRows;
            MatrixMicrokernel.Multiply<TRegisters, TVector, TRows, TColumns, TFactor, TileAddresses.Listed, TileEpilogue.None>(
                new(a, c, addend), Depth, Panel.Elements, Panel.Stride);
        }

        /// <summary>Computes a tile that reaches beyond the last column in scratch memory, and copies the part that exists.</summary>
        private readonly void MultiplyPartOfTile<TRows>(int rows)
            where TRows : struct, TileSize.IValue
        {
            float** sums = stackalloc float*[MaxRows];
            float** nothing = stackalloc float*[MaxRows];
            for (int i = 0; i < TRows.Value; i++)
            {
                sums[i] = Scratch + i * Width;
                nothing[i] = null;
            }

            MatrixMicrokernel.Multiply<TRegisters, TVector, TRows, TColumns, TFactor, TileAddresses.Listed, TileEpilogue.None>(
                new(Pointers, sums, nothing), Depth, Panel.Elements, Panel.Stride);
            for (int i = 0; i < rows; i++)
            {
                float* c = Pointers[MaxRows + i], addend = Pointers[2 * MaxRows + i];
                for (int j = 0; j < Panel.Columns; j++)
                {
                    c[j] = addend == null ? sums[i][j] : addend[j] + sums[i][j];
                }
            }
        }
    }
}
