namespace Evenkeel.Lab.Traps;

/// <summary>What happened.</summary>
/// <param name="Right">The index of the right choice.</param>
/// <param name="Sights">What was seen.</param>
/// <param name="Reason">Why.</param>
/// <param name="Study">The study about it; null if there is none.</param>
internal sealed record TrapOutcome(int Right, IReadOnlyList<Sight> Sights, string Reason, string? Study);
