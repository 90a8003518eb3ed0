namespace Evenkeel.Studies;

/// <summary>A cell of a table.</summary>
/// <param name="Text">What stands in it.</param>
/// <param name="IsGood">Whether it is one of those that the table is looked through for.</param>
internal readonly record struct StudyCell(string Text, bool IsGood = false);
