namespace Evenkeel.Studies;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsWords">True for words, false for numbers.</param>
internal readonly record struct StudyColumn(string Name, bool IsWords = false);
