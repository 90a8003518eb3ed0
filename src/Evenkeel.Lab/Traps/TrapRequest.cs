namespace Evenkeel.Lab.Traps;

/// <summary>Asks for what happens.</summary>
/// <param name="Name">The name of the trap.</param>
internal sealed record TrapRequest(string Name);
