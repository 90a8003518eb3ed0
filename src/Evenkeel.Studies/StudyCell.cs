namespace Evenkeel.Studies;

/// <summary>A cell of a table.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsGood">True to highlight the cell.</param>
internal readonly record struct StudyCell(string Text, bool IsGood = false);
