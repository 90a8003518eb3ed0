namespace Evenkeel.Studies;

/// <summary>A study's results as a table for people.</summary>
/// <param name="Caption">The caption.</param>
/// <param name="Columns">The columns; words are aligned left, numbers right.</param>
/// <param name="Rows">The cells of each row.</param>
internal sealed record StudyTable(
    string Caption, IReadOnlyList<StudyColumn> Columns, IReadOnlyList<IReadOnlyList<StudyCell>> Rows);
