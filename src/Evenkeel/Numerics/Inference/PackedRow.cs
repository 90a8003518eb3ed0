using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Inference;

/// <summary>The product of a single row with a packed matrix: up to three panels at once, so that enough sums are in flight.</summary>
internal static unsafe class PackedRow<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Computes a range of panels.</summary>
    /// <param name="a">The row of the left operand.</param>
    /// <param name="b">The right operand.</param>
    /// <param name="blocks">The blocks of the inner dimension.</param>
    /// <param name="residual">The row that is added to the result; null for none.</param>
    /// <param name="relu">True if a ReLU follows.</param>
    /// <param name="c">The row of the result, which may be written to the end of its last register.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel behind the last.</param>
    public static void Multiply(
        float* a, PackedMatrix b, ReadOnlySpan<DepthSegments> blocks, float* residual, bool relu, float* c, int firstPanel, int endPanel)
    {
        for (int panel = firstPanel; panel < endPanel;)
        {
            int count = CountJoinedPanels(b, panel, Math.Min(endPanel, panel + 3));
            int column = b.Start(panel);
            var columns = new Columns
            {
                A = a,
                B = b.Elements + (nint)column * b.Depth,
                PanelStride = (nint)b.Depth * Width<TileSize.Three>(),
                Bias = b.Bias == null ? null : b.Bias + column,
                Residual = residual == null ? null : residual + column,
                Relu = relu,
                C = c + column,
            };
            int last = (b.ColumnsOf(panel + count - 1) + TRegisters.Lanes - 1) / TRegisters.Lanes;
            switch (count)
            {
                case 1:
                    columns.Multiply<TileSize.One>(blocks, last);
                    break;
                case 2:
                    columns.Multiply<TileSize.Two>(blocks, last);
                    break;
                default:
                    columns.Multiply<TileSize.Three>(blocks, last);
                    break;
            }

            panel += count;
        }
    }

    /// <summary>Counts the panels that can be computed together: all but the last must have the full width.</summary>
    private static int CountJoinedPanels(PackedMatrix b, int panel, int end)
    {
        int count = 1;
        while (panel + count < end && b.Start(panel + count) - b.Start(panel + count - 1) == Width<TileSize.Three>())
        {
            count++;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Width<TColumns>()
        where TColumns : struct, TileSize.IValue => TColumns.Value * TRegisters.Lanes;

    /// <summary>The columns of neighbouring panels.</summary>
    private struct Columns
    {
        public float* A;
        public float* B;
        public nint PanelStride;
        public float* Bias;
        public float* Residual;
        public bool Relu;
        public float* C;

        public void Multiply<TPanels>(ReadOnlySpan<DepthSegments> blocks, int lastRegisters)
            where TPanels : struct, TileSize.IValue
        {
            switch (lastRegisters)
            {
                case 1:
                    Multiply<TPanels, TileSize.One>(blocks);
                    break;
                case 2:
                    Multiply<TPanels, TileSize.Two>(blocks);
                    break;
                default:
                    Multiply<TPanels, TileSize.Three>(blocks);
                    break;
            }
        }

        private void Multiply<TPanels, TLast>(ReadOnlySpan<DepthSegments> blocks)
            where TPanels : struct, TileSize.IValue
            where TLast : struct, TileSize.IValue
        {
            float* full = B, last = B + (TPanels.Value - 1) * PanelStride;
            int i = 0;
            for (; TPanels.Value == 1 && TLast.Value == 1 && i + 4 <= blocks.Length && AreInOneSegment(blocks.Slice(i, 4)); i += 4)
            {
                MultiplyFour(blocks[i], last, i == 0 ? Bias : C, isLast: i + 4 == blocks.Length);
                last += 4 * (nint)blocks[i].Length * TRegisters.Lanes;
            }

            for (; i < blocks.Length; i++)
            {
                float* addend = i == 0 ? Bias : C;
                Multiply<TPanels, TLast>(blocks[i], full, last, addend, isLast: i == blocks.Length - 1);
                full += (nint)blocks[i].Length * Width<TileSize.Three>();
                last += (nint)blocks[i].Length * Width<TLast>();
            }
        }

        /// <summary>True if blocks are parts of one segment, of equal lengths.</summary>
        private static bool AreInOneSegment(ReadOnlySpan<DepthSegments> blocks)
        {
            ref readonly DepthSegments first = ref blocks[0], last = ref blocks[^1];
            return first.First == last.First && first.Length == last.Length && last.Skip + last.Length <= last.First->Length;
        }

        /// <summary>Multiplies one register of columns with four blocks at once: a single sum would wait for itself.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void MultiplyFour(in DepthSegments first, float* b, float* addend, bool isLast)
        {
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            nint stride = first.Stride, length = first.Length, row = length * stride, block = length * TRegisters.Lanes;
            float* a = A + first.First->Offset + first.Skip * stride, third = a + 2 * row, c = b + 2 * block;
            for (; length > 0; length--)
            {
                s0 = TRegisters.MultiplyAdd(TRegisters.Broadcast(a), TRegisters.Load(b), s0);
                s1 = TRegisters.MultiplyAdd(TRegisters.Broadcast(a + row), TRegisters.Load(b + block), s1);
                s2 = TRegisters.MultiplyAdd(TRegisters.Broadcast(third), TRegisters.Load(c), s2);
                s3 = TRegisters.MultiplyAdd(TRegisters.Broadcast(third + row), TRegisters.Load(c + block), s3);
                a += stride;
                third += stride;
                b += TRegisters.Lanes;
                c += TRegisters.Lanes;
            }

            TVector sum = addend == null ? s0 : TRegisters.Add(TRegisters.Load(addend), s0);
            Store(TRegisters.Add(TRegisters.Add(sum, s1), s2), s3, isLast);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Multiply<TPanels, TLast>(in DepthSegments depth, float* full, float* last, float* addend, bool isLast)
            where TPanels : struct, TileSize.IValue
            where TLast : struct, TileSize.IValue
        {
            TVector s0 = default, s1 = default, s2 = default, t0 = default, t1 = default, t2 = default;
            TVector u0 = default, u1 = default, u2 = default;
            float* second = full + PanelStride;
            nint stride = depth.Stride;
            DepthSegments.Segment* segment = depth.First;
            int skip = depth.Skip;
            for (int left = depth.Length; left > 0; segment++)
            {
                int length = Math.Min(left, segment->Length - skip);
                float* a = A + segment->Offset + skip * stride;
                left -= length;
                skip = 0;
                for (; length > 0; length--)
                {
                    TVector factor = TRegisters.Broadcast(a);
                    if (TPanels.Value > 1)
                    {
                        s0 = TRegisters.MultiplyAdd(factor, TRegisters.Load(full), s0);
                        s1 = TRegisters.MultiplyAdd(factor, TRegisters.Load(full + TRegisters.Lanes), s1);
                        s2 = TRegisters.MultiplyAdd(factor, TRegisters.Load(full + 2 * TRegisters.Lanes), s2);
                        full += Width<TileSize.Three>();
                    }

                    if (TPanels.Value > 2)
                    {
                        t0 = TRegisters.MultiplyAdd(factor, TRegisters.Load(second), t0);
                        t1 = TRegisters.MultiplyAdd(factor, TRegisters.Load(second + TRegisters.Lanes), t1);
                        t2 = TRegisters.MultiplyAdd(factor, TRegisters.Load(second + 2 * TRegisters.Lanes), t2);
                        second += Width<TileSize.Three>();
                    }

                    u0 = TRegisters.MultiplyAdd(factor, TRegisters.Load(last), u0);
                    if (TLast.Value > 1)
                    {
                        u1 = TRegisters.MultiplyAdd(factor, TRegisters.Load(last + TRegisters.Lanes), u1);
                    }

                    if (TLast.Value > 2)
                    {
                        u2 = TRegisters.MultiplyAdd(factor, TRegisters.Load(last + 2 * TRegisters.Lanes), u2);
                    }

                    last += Width<TLast>();
                    a += stride;
                }
            }

            int column = 0;
            if (TPanels.Value > 1)
            {
                Store(s0, addend, column, isLast);
                Store(s1, addend, column + TRegisters.Lanes, isLast);
                Store(s2, addend, column + 2 * TRegisters.Lanes, isLast);
                column += Width<TileSize.Three>();
            }

            if (TPanels.Value > 2)
            {
                Store(t0, addend, column, isLast);
                Store(t1, addend, column + TRegisters.Lanes, isLast);
                Store(t2, addend, column + 2 * TRegisters.Lanes, isLast);
                column += Width<TileSize.Three>();
            }

            Store(u0, addend, column, isLast);
            if (TLast.Value > 1)
            {
                Store(u1, addend, column + TRegisters.Lanes, isLast);
            }

            if (TLast.Value > 2)
            {
                Store(u2, addend, column + 2 * TRegisters.Lanes, isLast);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Store(TVector sum, float* addend, int column, bool isLast)
        {
            TVector value = addend == null ? sum : TRegisters.Add(TRegisters.Load(addend + column), sum);
            TRegisters.Store(isLast ? Finish(value, column) : value, C + column);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Store(TVector before, TVector sum, bool isLast)
        {
            TVector value = TRegisters.Add(before, sum);
            TRegisters.Store(isLast ? Finish(value, 0) : value, C);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly TVector Finish(TVector value, int column)
        {
            TVector added = Residual == null ? value : TRegisters.Add(value, TRegisters.Load(Residual + column));
            return Relu ? TRegisters.Rectify(added) : added;
        }
    }
}
