namespace Evenkeel.Studies;

/// <summary>A study's results as a table for people.</summary>
/// <param name="Caption">What the table shows.</param>
/// <param name="Columns">The names of the columns; a column of words stands on the left, one of numbers on the right.</param>
/// <param name="Rows">The cells of each row.</param>
public sealed record StudyTable(
    string Caption, IReadOnlyList<StudyColumn> Columns, IReadOnlyList<IReadOnlyList<StudyCell>> Rows);

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsWords">Whether it holds words, and not numbers.</param>
public readonly record struct StudyColumn(string Name, bool IsWords = false);

/// <summary>A cell of a table.</summary>
/// <param name="Text">What stands in it.</param>
/// <param name="IsGood">Whether it is one of those that the table is looked through for.</param>
public readonly record struct StudyCell(string Text, bool IsGood = false);
