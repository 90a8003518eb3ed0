namespace Evenkeel.Lab.Programs;

/// <summary>What the page shows, as programs that run without the lab.</summary>
/// <param name="CSharp">With this library; null where it takes more than a short program.</param>
/// <param name="PyTorch">With PyTorch; null where it lacks the method.</param>
/// <param name="Command">With the command; null where it lacks an option.</param>
/// <param name="File">The content of x.json, which the command reads; null if it reads none.</param>
internal sealed record LabProgram(string? CSharp, string? PyTorch, string? Command, string? File = null);
