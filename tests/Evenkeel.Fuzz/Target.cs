namespace Evenkeel.Fuzz;

/// <summary>A reader, with inputs that it accepts to begin with.</summary>
/// <param name="Name">The name, which is that of its folder in the corpus.</param>
/// <param name="Seeds">Inputs to change.</param>
/// <param name="Words">Texts to insert.</param>
/// <param name="Read">
/// Reads an input and returns whether it was accepted. It throws what the reader documents, and <see cref="FuzzException"/> where what was
/// read is wrong.
/// </param>
internal sealed record Target(string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<string> Words, Func<byte[], bool> Read);
