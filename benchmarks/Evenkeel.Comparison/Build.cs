namespace Evenkeel.Comparison;

/// <summary>One of the two builds.</summary>
/// <param name="Assembly">The path of this program, built with that side's library.</param>
/// <param name="Commit">The commit, as the report names it.</param>
internal sealed record Build(string Assembly, string Commit);
