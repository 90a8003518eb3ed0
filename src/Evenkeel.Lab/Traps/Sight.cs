namespace Evenkeel.Lab.Traps;

/// <summary>Something that was seen.</summary>
/// <param name="What">What.</param>
/// <param name="Value">The number or message.</param>
internal sealed record Sight(string What, string Value);
