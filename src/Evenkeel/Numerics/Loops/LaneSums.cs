using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>Two sums in sixteen lanes: the lanes of one set, or the sums of sixteen neighbouring sets, one in each lane.</summary>
internal unsafe struct LaneSums
{
    /// <summary>The value subtracted from the elements.</summary>
    public Double16 Shift;

    /// <summary>The first sum.</summary>
    public Double16 First;

    /// <summary>The second sum.</summary>
    public Double16 Second;

    /// <summary>Returns the first cache line of memory that has room for one element more than is needed.</summary>
    public static LaneSums* Align(LaneSums* memory) =>
        (LaneSums*)(((nuint)memory + CacheLine.Bytes - 1) / CacheLine.Bytes * CacheLine.Bytes);

    /// <summary>The number of elements that hold the sums of <paramref name="sets"/> sets.</summary>
    public static int CountOf(int sets) => (sets - 1) / FullVector.Count + 1;

    /// <summary>Starts sums relative to <paramref name="shift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneSums Begin<TReduction, TResult>(Double16 shift)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : struct => new()
        {
            Shift = shift,
            First = Double16.Create(TReduction.Start),
            Second = Double16.Create(TReduction.Start),
        };

    /// <summary>Stores the sums of a set, of several that begin at <paramref name="sums"/>, in its lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(LaneSums* sums, int set, double shift, double first, double second)
    {
        (int element, int lane) = (set / FullVector.Count, set % FullVector.Count);
        if (lane == 0)
        {
            sums[element] = default;
        }

        ((double*)&sums[element].Shift)[lane] = shift;
        ((double*)&sums[element].First)[lane] = first;
        ((double*)&sums[element].Second)[lane] = second;
    }

    /// <summary>Makes results of the sums of <paramref name="sets"/> sets of <paramref name="count"/> elements each.</summary>
    public static void Finish<TReduction, TResult>(LaneSums* sums, int sets, double count, TResult* results)
        where TReduction : struct, IChannelReduction<TResult>
        where TResult : unmanaged
    {
        for (int start = 0; start < sets; start += FullVector.Count, sums++)
        {
            double* shift = (double*)&sums->Shift, first = (double*)&sums->First, second = (double*)&sums->Second;
            int lanes = Math.Min(FullVector.Count, sets - start);
            for (int lane = 0; lane < lanes; lane++)
            {
                results[start + lane] = TReduction.Result(count, shift[lane], first[lane], second[lane]);
            }
        }
    }
}
