using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Copies a panel of the right operand into the order in which the microkernel reads it.</summary>
internal static unsafe class MatrixPacking
{
    /// <summary>Packs a panel, so that packed[p·width + j] = b[p, j], with zeros in the columns that do not exist.</summary>
    /// <param name="b">The panel.</param>
    /// <param name="width">The panel's columns, rounded up to whole registers.</param>
    /// <param name="packed">Receives the panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<TRegisters, TVector>(in StridedMatrix b, int width, float* packed)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        float* source = b.Start;
        nint rowStride = b.RowStride, columnStride = b.ColumnStride;
        int depth = b.Rows;
        for (int j = 0; j < width; j += TRegisters.Lanes)
        {
            int columns = Math.Min(TRegisters.Lanes, b.Columns - j);
            float* target = packed + j;
            if (columns < TRegisters.Lanes)
            {
                PackPartOfRegister<TRegisters, TVector>(b.SliceColumns(j, columns), target, width);
            }
            else if (b.IsTransposed)
            {
                Transpose<TRegisters, TVector>(source + j * columnStride, columnStride, depth, target, width);
            }
            else
            {
                for (int p = 0; p < depth; p++)
                {
                    TRegisters.Store(TRegisters.Load(source + p * rowStride + j), target + (nint)p * width);
                }
            }
        }
    }

    /// <summary>Transposes: target[p·targetStride + j] = source[j·sourceStride + p] for p below depth and j below columns.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="sourceStride">The distance from a column to the next in the source.</param>
    /// <param name="depth">Elements of a column.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="target">Receives the elements.</param>
    /// <param name="targetStride">The distance from an element of a column to the next in the target.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<TRegisters, TVector>(
        float* source, nint sourceStride, int depth, int columns, float* target, nint targetStride)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        int j = 0;
        for (; j <= columns - TRegisters.Lanes; j += TRegisters.Lanes)
        {
            Transpose<TRegisters, TVector>(source + j * sourceStride, sourceStride, depth, target + j, targetStride);
        }

        for (; j < columns; j++)
        {
            for (int p = 0; p < depth; p++)
            {
                target[p * targetStride + j] = source[j * sourceStride + p];
            }
        }
    }

    /// <summary>Transposes a register's columns, each of neighbouring elements, four elements of each at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose<TRegisters, TVector>(float* source, nint stride, int depth, float* target, nint width)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        int p = 0;
        for (; p <= depth - 4; p += 4)
        {
            var transposed = Transpose4<TRegisters, TVector>.Load(source, stride);
            TRegisters.Store(transposed.First, target);
            TRegisters.Store(transposed.Second, target + width);
            TRegisters.Store(transposed.Third, target + 2 * width);
            TRegisters.Store(transposed.Fourth, target + 3 * width);
            source += 4;
            target += 4 * width;
        }

        for (; p < depth; p++)
        {
            for (int j = 0; j < TRegisters.Lanes; j++)
            {
                target[j] = source[j * stride];
            }

            source++;
            target += width;
        }
    }

    private static void PackPartOfRegister<TRegisters, TVector>(in StridedMatrix b, float* target, nint width)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        float* source = b.Start;
        nint columnStride = b.ColumnStride;
        for (int p = 0; p < b.Rows; p++)
        {
            TRegisters.Store(default, target);
            for (int j = 0; j < b.Columns; j++)
            {
                target[j] = source[j * columnStride];
            }

            source += b.RowStride;
            target += width;
        }
    }
}
