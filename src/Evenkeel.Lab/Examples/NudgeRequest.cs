namespace Evenkeel.Lab.Examples;

/// <summary>An example, and the element of it to move.</summary>
/// <param name="Example">The example.</param>
/// <param name="Element">The index of the element.</param>
/// <param name="Step">h.</param>
internal sealed record NudgeRequest(ExampleRequest Example, int Element, double Step);
