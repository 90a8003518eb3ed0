namespace Evenkeel.Studies;

/// <summary>A study's results as a table for people.</summary>
/// <param name="Caption">What the table shows.</param>
/// <param name="Columns">The names of the columns; a column of words stands on the left, one of numbers on the right.</param>
/// <param name="Rows">The cells of each row.</param>
internal sealed record StudyTable(
    string Caption, IReadOnlyList<StudyColumn> Columns, IReadOnlyList<IReadOnlyList<StudyCell>> Rows);
