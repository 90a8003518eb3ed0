namespace Evenkeel.Explanations;

/// <summary>A part of an explanation.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Text">A sentence or two before its steps.</param>
/// <param name="Steps">Its steps.</param>
internal sealed record Section(SectionKind Kind, string Title, string Text, IReadOnlyList<Step> Steps);
