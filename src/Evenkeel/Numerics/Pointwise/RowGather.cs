namespace Evenkeel.Numerics.Pointwise;

/// <summary>Copies chosen rows of a matrix.</summary>
internal static class RowGather
{
    /// <summary>Copies the rows with the given numbers into contiguous memory.</summary>
    public static void Copy<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> rows, Span<T> destination)
    {
        int length = destination.Length / rows.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            source.Slice(rows[i] * length, length).CopyTo(destination[(i * length)..]);
        }
    }
}
