using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>The sums of a block, lane by lane, kept in memory between its runs or groups of rows.</summary>
internal unsafe struct LaneAccumulators
{
    /// <summary>The value subtracted from the elements.</summary>
    public Double16 Shift;

    /// <summary>The first sum.</summary>
    public Double16 First;

    /// <summary>The second sum.</summary>
    public Double16 Second;

    /// <summary>Stores the sums of neighbouring columns, one per lane.</summary>
    public static void StoreColumns(LaneAccumulators* lanes, int count, int rows, BlockSums* sums)
    {
        for (int start = 0; start < count; start += FullVector.Count, lanes++)
        {
            double* shift = (double*)&lanes->Shift, first = (double*)&lanes->First, second = (double*)&lanes->Second;
            int end = Math.Min(FullVector.Count, count - start);
            for (int lane = 0; lane < end; lane++)
            {
                sums[start + lane] = new BlockSums(rows, shift[lane], first[lane], second[lane]);
            }
        }
    }
}
