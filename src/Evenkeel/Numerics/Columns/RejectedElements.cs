namespace Evenkeel.Numerics.Columns;

/// <summary>Finds the elements that a map rejected, and keeps later maps from hiding them.</summary>
internal static class RejectedElements
{
    /// <summary>Marks the elements that were infinite before a map, or numbers before it and none after.</summary>
    public static void Mark(ReadOnlySpan<double> before, ReadOnlySpan<double> after, Span<bool> rejected)
    {
        for (int i = 0; i < rejected.Length; i++)
        {
            rejected[i] |= double.IsInfinity(before[i]) || (!double.IsNaN(before[i]) && !double.IsFinite(after[i]));
        }
    }

    /// <summary>Sets the marked elements to NaN.</summary>
    public static void Clear(ReadOnlySpan<bool> rejected, Span<double> elements)
    {
        for (int i = 0; i < rejected.Length; i++)
        {
            if (rejected[i])
            {
                elements[i] = double.NaN;
            }
        }
    }
}
