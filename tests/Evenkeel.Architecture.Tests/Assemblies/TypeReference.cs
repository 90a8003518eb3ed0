namespace Evenkeel.Architecture.Tests.Assemblies;

/// <summary>A reference from a type of an assembly to another type of it.</summary>
/// <param name="From">The full name of the type that refers; nested types as <c>Outer+Inner</c>.</param>
/// <param name="To">The full name of the type that it refers to.</param>
internal sealed record TypeReference(string From, string To);
