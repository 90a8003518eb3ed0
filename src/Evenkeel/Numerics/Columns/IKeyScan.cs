using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Processes the keys of a table that lie in given ranges, sixteen at a time.</summary>
internal interface IKeyScan
{
    /// <summary>Takes the offsets of sixteen keys from the low ends of their ranges.</summary>
    /// <param name="slot">The number of the range, among those of its lane.</param>
    /// <param name="offsets">Key minus the low end of the lane's range.</param>
    /// <param name="inside">All bits set in the lanes whose key lies in the range.</param>
    void Add(int slot, OrderedKeys16 offsets, OrderedKeys16 inside);
}
