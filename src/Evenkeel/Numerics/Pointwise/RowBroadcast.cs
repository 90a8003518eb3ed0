namespace Evenkeel.Numerics.Pointwise;

/// <summary>Writes one row into each row of a matrix.</summary>
internal static class RowBroadcast
{
    /// <summary>Fills <paramref name="rows"/> with copies of <paramref name="row"/>.</summary>
    public static void Fill(ReadOnlySpan<float> row, Span<float> rows)
    {
        for (int i = 0; i < rows.Length; i += row.Length)
        {
            row.CopyTo(rows[i..]);
        }
    }
}
