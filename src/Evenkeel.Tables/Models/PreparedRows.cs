namespace Evenkeel.Tables;

/// <summary>Rows of a table, prepared, with their labels.</summary>
/// <param name="Features">The features [rows, width].</param>
/// <param name="Codes">The class of each row; empty for a regression.</param>
/// <param name="Numbers">The number of each row; empty for a classification.</param>
/// <param name="RowNumbers">The number of each row in the table, counted from 0.</param>
internal sealed record PreparedRows(float[] Features, int[] Codes, double[] Numbers, int[] RowNumbers);
