namespace Evenkeel.Lab.Traps;

/// <summary>A trap before it is tried.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Question">The question.</param>
/// <param name="Choices">What may happen.</param>
internal sealed record TrapQuestion(string Name, string Question, IReadOnlyList<string> Choices);
