namespace Evenkeel.Lab.Studies;

/// <summary>A claim, and what a study on real data found.</summary>
/// <param name="Name">The name of the study, which the command takes.</param>
/// <param name="Claim">The claim.</param>
/// <param name="Source">What the claim's source reports.</param>
/// <param name="Result">What the study measured.</param>
/// <param name="Verdict">holds, not shown or does not hold.</param>
internal sealed record StudyResult(string Name, string Claim, string Source, string Result, string Verdict);
