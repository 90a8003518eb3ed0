using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The division of batches among processes that each have the same network and data.</summary>
internal interface IBatchDivision
{
    /// <summary>The batches of this process.</summary>
    /// <param name="batches">The number of all batches.</param>
    Range PartOf(int batches);

    /// <summary>Returns the moments of the batches of all processes, in the order of the batches.</summary>
    /// <param name="own">The moments of this process's batches.</param>
    Moments[] Gather(ReadOnlySpan<Moments> own);
}
