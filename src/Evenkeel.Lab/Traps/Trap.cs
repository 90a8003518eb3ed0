namespace Evenkeel.Lab.Traps;

/// <summary>A question about what will happen, and the run that answers it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Question">The question.</param>
/// <param name="Choices">What may happen.</param>
/// <param name="Right">The index of what does.</param>
/// <param name="Reason">Why.</param>
/// <param name="Study">The study about it; null if there is none.</param>
/// <param name="Run">Tries it, and returns what was seen.</param>
internal sealed record Trap(
    string Name, string Question, IReadOnlyList<string> Choices, int Right, string Reason, string? Study, Func<IReadOnlyList<Sight>> Run)
{
    /// <summary>The command that shows it, or the study on real data; null if there is neither.</summary>
    public string? Command { get; init; } = Study is null ? null : $"evenkeel study {Study}";

    /// <summary>The content of x.json, which the command reads; null if it reads none.</summary>
    public string? File { get; init; }
}
