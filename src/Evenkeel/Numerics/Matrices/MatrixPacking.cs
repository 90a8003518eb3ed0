using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Matrices;

/// <summary>Copies a sliver of the right operand into the order in which the microkernel reads it.</summary>
internal static unsafe class MatrixPacking
{
    /// <summary>
    /// Packs <paramref name="columns"/> columns of <paramref name="depth"/> elements each, so that
    /// packed[p·width + j] = b[p, j], filled up with zeros to the width of the sliver.
    /// </summary>
    /// <param name="b">The sliver's first element.</param>
    /// <param name="stride">From a row to the next of the operand as it lies in memory.</param>
    /// <param name="transposed">Whether the operand lies in memory column after column.</param>
    /// <param name="depth">Rows of the sliver.</param>
    /// <param name="columns">Columns of the sliver that exist.</param>
    /// <param name="registers">Registers in a row of the sliver.</param>
    /// <param name="packed">Where to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<TRegisters, TVector>(
        float* b, nint stride, bool transposed, int depth, int columns, int registers, float* packed)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        int width = registers * TRegisters.Lanes;
        for (int j = 0; j < width; j += TRegisters.Lanes)
        {
            int inside = Math.Min(TRegisters.Lanes, columns - j);
            float* target = packed + j;
            if (inside < TRegisters.Lanes)
            {
                PackPartOfRegister<TRegisters, TVector>(
                    transposed ? b + j * stride : b + j,
                    transposed ? 1 : stride,
                    transposed ? stride : 1,
                    depth,
                    inside,
                    target,
                    width);
            }
            else if (transposed)
            {
                Transpose<TRegisters, TVector>(b + j * stride, stride, depth, target, width);
            }
            else
            {
                for (int p = 0; p < depth; p++)
                {
                    TRegisters.Store(TRegisters.Load(b + p * stride + j), target + (nint)p * width);
                }
            }
        }
    }

    /// <summary>Transposes: target[p·targetStride + j] = source[j·sourceStride + p] for p below depth and j below columns.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="sourceStride">From a column to the next, as they lie in the source.</param>
    /// <param name="depth">Elements of a column.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="target">Where to.</param>
    /// <param name="targetStride">From an element of a column to the next in the target.</param>
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

    /// <summary>Columns that lie in memory one after another become lanes, four elements of each at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose<TRegisters, TVector>(float* source, nint stride, int depth, float* target, nint width)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        int p = 0;
        for (; p <= depth - 4; p += 4)
        {
            var turned = Transpose4<TRegisters, TVector>.Load(source, stride);
            TRegisters.Store(turned.First, target);
            TRegisters.Store(turned.Second, target + width);
            TRegisters.Store(turned.Third, target + 2 * width);
            TRegisters.Store(turned.Fourth, target + 3 * width);
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

    private static void PackPartOfRegister<TRegisters, TVector>(
        float* source, nint depthStride, nint columnStride, int depth, int inside, float* target, nint width)
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct
    {
        for (int p = 0; p < depth; p++)
        {
            TRegisters.Store(default, target);
            for (int j = 0; j < inside; j++)
            {
                target[j] = source[j * columnStride];
            }

            source += depthStride;
            target += width;
        }
    }
}
