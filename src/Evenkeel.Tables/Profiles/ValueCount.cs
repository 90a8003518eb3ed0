namespace Evenkeel.Tables.Profiles;

/// <summary>A value of a column, and how often it occurs.</summary>
/// <param name="Text">
/// The text; the shortest text of a number. Of a text of more than 256 characters, the first 256, followed by an ellipsis and a hash.
/// </param>
/// <param name="Number">The number; NaN if the cells are not numbers.</param>
/// <param name="Count">The number of cells with this value.</param>
public readonly record struct ValueCount(string Text, double Number, long Count);
