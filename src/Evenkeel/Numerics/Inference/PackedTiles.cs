using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Inference;

/// <summary>Computes a <see cref="PackedProduct"/> tile by tile, and a single row several panels at a time.</summary>
internal unsafe ref struct PackedTiles<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    private const int MaxRows = 16;

    public PackedMatrix Matrix;
    public RowOffsets Rows;
    public ReadOnlySpan<DepthSegments> Blocks;
    public bool Relu;
    public bool IsPerColumn;
    public bool KeepsNextColumns;
    public float* Source;
    public float* Target;
    public float* Residual;

    /// <summary>Computes rows of panels.</summary>
    public readonly void Multiply(int firstRow, int endRow, int firstPanel, int endPanel)
    {
        if (endRow - firstRow == 1 && !IsPerColumn && !KeepsNextColumns)
        {
            float* a, c, residual;
            Rows.Find(firstRow, 1, Source, Target, Residual, &a, &c, &residual);
            PackedRow<TRegisters, TVector>.Multiply(a, Matrix, Blocks, residual, Relu, c, firstPanel, endPanel);
            return;
        }

        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            MultiplyPanel(firstRow, endRow, panel);
        }
    }

    private readonly void MultiplyPanel(int firstRow, int endRow, int panel)
    {
        int column = Matrix.Start(panel), columns = Matrix.ColumnsOf(panel);
        int registers = (columns + TRegisters.Lanes - 1) / TRegisters.Lanes, whole = (registers - 1) * TRegisters.Lanes;
        var part = new PanelPart(column, 0, columns, registers * TRegisters.Lanes);
        if (typeof(TRegisters) == typeof(Registers512) && columns - whole <= Registers256Wide.Lanes && !KeepsNextColumns && !IsPerColumn)
        {
            // A narrower register is as fast as half a wide one where the processor divides those.
            if (registers > 1)
            {
                ChooseColumns(registers - 1, firstRow, endRow, part with { Columns = whole });
            }

            var half = new PackedTiles<Registers256Wide, Vector256<float>>
            {
                Matrix = Matrix,
                Rows = Rows,
                Blocks = Blocks,
                Relu = Relu,
                Source = Source,
                Target = Target,
                Residual = Residual,
            };
            half.ChooseColumns(1, firstRow, endRow, part with { Offset = whole, Columns = Registers256Wide.Lanes });
            return;
        }

        ChooseColumns(registers, firstRow, endRow, part);
    }

    private readonly void ChooseColumns(int registers, int firstRow, int endRow, in PanelPart part)
    {
        switch (registers)
        {
            case 1:
                ChooseFactor<TileSize.One>(firstRow, endRow, part);
                break;
            case 2:
                ChooseFactor<TileSize.Two>(firstRow, endRow, part);
                break;
            default:
                ChooseFactor<TileSize.Three>(firstRow, endRow, part);
                break;
        }
    }

    private readonly void ChooseFactor<TColumns>(int firstRow, int endRow, in PanelPart part)
        where TColumns : struct, TileSize.IValue
    {
        if (IsPerColumn)
        {
            MultiplyPart<TColumns, LeftFactor.PerColumn>(firstRow, endRow, part);
        }
        else
        {
            MultiplyPart<TColumns, LeftFactor.Broadcast>(firstRow, endRow, part);
        }
    }

    private readonly void MultiplyPart<TColumns, TFactor>(int firstRow, int endRow, in PanelPart part)
        where TColumns : struct, TileSize.IValue
        where TFactor : struct, LeftFactor.IKind
    {
        float** pointers = stackalloc float*[4 * MaxRows];
        float* scratch = stackalloc float[MaxRows * TColumns.Value * TRegisters.Lanes];
        int column = part.Column + part.Offset;
        var tile = new Tile<TColumns, TFactor>
        {
            Panel = Matrix.Elements + (nint)part.Column * Matrix.Depth + part.Offset,
            Stride = part.Stride,
            Bias = Matrix.Bias == null ? null : Matrix.Bias + column,
            Columns = part.Columns,
            A = pointers,
            C = pointers + MaxRows,
            Addend = pointers + 2 * MaxRows,
            Residuals = pointers + 3 * MaxRows,
            Scratch = scratch,
            Rows = Rows,
            Source = IsPerColumn ? Source + column : Source,
            Target = Target + column,
            Residual = Residual == null ? null : Residual + column,
            Relu = Relu,
        };
        if (KeepsNextColumns && tile.Columns < TColumns.Value * TRegisters.Lanes)
        {
            tile.MultiplyColumns(Blocks, firstRow, endRow);
            return;
        }

        for (int block = 0; block < Blocks.Length; block++)
        {
            tile.MultiplyBlock(Blocks[block], block == 0, block == Blocks.Length - 1, firstRow, endRow);
            tile.Panel += (nint)Blocks[block].Length * tile.Stride;
        }
    }

    /// <summary>The tiles of a panel.</summary>
    private ref struct Tile<TColumns, TFactor>
        where TColumns : struct, TileSize.IValue
        where TFactor : struct, LeftFactor.IKind
    {
        public float* Panel;

        /// <summary>The distance from a row of the panel to the next.</summary>
        public nint Stride;
        public float* Bias;
        public int Columns;
        public float** A;
        public float** C;
        public float** Addend;
        public float** Residuals;

        /// <summary>Memory for the elements of one tile.</summary>
        public float* Scratch;
        public RowOffsets Rows;
        public float* Source;
        public float* Target;
        public float* Residual;
        public bool Relu;

        private static int Width => TColumns.Value * TRegisters.Lanes;

        /// <summary>Multiplies rows with a block of the panel.</summary>
        public readonly void MultiplyBlock(in DepthSegments depth, bool first, bool last, int row, int endRow)
        {
            if (TRegisters.TileRows == 8)
            {
                // One register per row leaves room for twice as many rows; with eight, the multiply-adds would wait for each other.
                for (; TColumns.Value == 1 && row <= endRow - 16; row += 16)
                {
                    if (!TryMultiplyRegularRows<TileSize.Sixteen>(depth, first, last, row))
                    {
                        MultiplyListedRows<TileSize.Eight>(depth, first, last, row, 8);
                        MultiplyListedRows<TileSize.Eight>(depth, first, last, row + 8, 8);
                    }
                }

                for (; row <= endRow - 8; row += 8)
                {
                    if (!TryMultiplyRegularRows<TileSize.Eight>(depth, first, last, row))
                    {
                        MultiplyListedRows<TileSize.Eight>(depth, first, last, row, 8);
                    }
                }

                if (row < endRow - 6)
                {
                    MultiplyListedRows<TileSize.Eight>(depth, first, last, row, endRow - row);
                    return;
                }
            }

            for (; row < endRow - 2; row += 4)
            {
                MultiplyListedRows<TileSize.Four>(depth, first, last, row, Math.Min(4, endRow - row));
            }

            if (row < endRow)
            {
                MultiplyListedRows<TileSize.Two>(depth, first, last, row, endRow - row);
            }
        }

        /// <summary>Multiplies rows with a panel whose last register reaches beyond the columns; stores the columns that exist.</summary>
        public readonly void MultiplyColumns(ReadOnlySpan<DepthSegments> blocks, int row, int endRow)
        {
            float** targets = stackalloc float*[4];
            for (; row < endRow; row += 4)
            {
                int count = Math.Min(4, endRow - row);
                Rows.Find(row, count, Source, Target, Residual, A, targets, Residuals);
                Repeat(A, count, 4);
                Repeat(Residuals, count, 4);
                Tile<TColumns, TFactor> block = this;
                for (int i = 0; i < blocks.Length; i++)
                {
                    for (int r = 0; r < 4; r++)
                    {
                        C[r] = Scratch + r * Width;
                        Addend[r] = i == 0 ? Bias : C[r];
                    }

                    block.MultiplyPrepared<TileSize.Four>(blocks[i], last: i == blocks.Length - 1);
                    block.Panel += (nint)blocks[i].Length * Stride;
                }

                for (int r = 0; r < count; r++)
                {
                    new ReadOnlySpan<float>(C[r], Columns).CopyTo(new Span<float>(targets[r], Columns));
                }
            }
        }

        /// <summary>Multiplies a whole tile of rows, unless these are at different distances.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly bool TryMultiplyRegularRows<TRows>(in DepthSegments depth, bool first, bool last, int row)
            where TRows : struct, TileSize.IValue
        {
            if (!Rows.AreRegular(row, TRows.Value, out RowOffsets.Row start, out RowOffsets.Row step))
            {
                return false;
            }

            var rows = new TileAddresses.Regular
            {
                FirstA = Source + start.Source,
                FirstC = Target + start.Target,
                FirstAddend = first ? Bias : Target + start.Target,
                FirstResidual = Residual == null ? null : Residual + start.Residual,
                AStride = step.Source,
                CStride = step.Target,
                AddendStride = first ? 0 : step.Target,
                ResidualStride = step.Residual,
            };
            ChooseEpilogue<TRows, TileAddresses.Regular>(rows, depth, last);
            return true;
        }

        /// <summary>Multiplies a tile of rows anywhere; missing rows are computed from the last one into scratch memory.</summary>
        private readonly void MultiplyListedRows<TRows>(in DepthSegments depth, bool first, bool last, int row, int count)
            where TRows : struct, TileSize.IValue
        {
            Rows.Find(row, count, Source, Target, Residual, A, C, Residuals);
            Repeat(A, count, TRows.Value);
            Repeat(Residuals, count, TRows.Value);
            for (int i = count; i < TRows.Value; i++)
            {
                C[i] = Scratch + i * Width;
            }

            for (int i = 0; i < TRows.Value; i++)
            {
                Addend[i] = first ? Bias : C[i];
            }

            MultiplyPrepared<TRows>(depth, last);
        }

        private readonly void MultiplyPrepared<TRows>(in DepthSegments depth, bool last)
            where TRows : struct, TileSize.IValue
        {
            var rows = new TileAddresses.Listed(A, C, Addend);
            if (last && Residual != null)
            {
                ChooseEpilogue<TRows, TileAddresses.ListedWithResidual>(new(rows, Residuals), depth, last);
            }
            else
            {
                ChooseEpilogue<TRows, TileAddresses.Listed>(rows, depth, last);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void ChooseEpilogue<TRows, TAddresses>(TAddresses rows, in DepthSegments depth, bool last)
            where TRows : struct, TileSize.IValue
            where TAddresses : struct, TileAddresses.IKind
        {
            if (!last || (Residual == null && !Relu))
            {
                RunKernel<TRows, TAddresses, TileEpilogue.None>(rows, depth);
            }
            else if (Residual == null)
            {
                RunKernel<TRows, TAddresses, TileEpilogue.Relu>(rows, depth);
            }
            else if (Relu)
            {
                RunKernel<TRows, TAddresses, TileEpilogue.ResidualAndRelu>(rows, depth);
            }
            else
            {
                RunKernel<TRows, TAddresses, TileEpilogue.Residual>(rows, depth);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void RunKernel<TRows, TAddresses, TEpilogue>(TAddresses rows, in DepthSegments depth)
            where TRows : struct, TileSize.IValue
            where TAddresses : struct, TileAddresses.IKind
            where TEpilogue : struct, TileEpilogue.IKind =>
            MatrixMicrokernel.Multiply<TRegisters, TVector, TRows, TColumns, TFactor, TAddresses, TEpilogue>(rows, depth, Panel, Stride);

        private static void Repeat(float** rows, int count, int all)
        {
            for (int i = count; i < all; i++)
            {
                rows[i] = rows[count - 1];
            }
        }
    }
}
