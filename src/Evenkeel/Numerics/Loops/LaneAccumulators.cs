using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>The sums of a block while they are taken, lane by lane; memory keeps them between the runs or strips of a block.</summary>
internal unsafe struct LaneAccumulators
{
    /// <summary>What is subtracted from the elements.</summary>
    public Double16 Shift;

    /// <summary>The first sum.</summary>
    public Double16 First;

    /// <summary>The second sum.</summary>
    public Double16 Second;

    /// <summary>Takes the sums of some neighbouring columns from their lanes.</summary>
    public static void KeepColumns(LaneAccumulators* lanes, int count, int rows, BlockSums* sums)
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
