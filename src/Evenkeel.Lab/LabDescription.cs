using Evenkeel.Lab.Studies;
using Evenkeel.Lab.Traps;

namespace Evenkeel.Lab;

/// <summary>What the page offers to choose from.</summary>
/// <param name="Version">The version of Evenkeel.</param>
/// <param name="Explanations">The names of the explanations, with a sentence about each.</param>
/// <param name="Normalizers">The names of the normalizers for training, with a phrase about each.</param>
/// <param name="Traps">The questions of the traps.</param>
/// <param name="Studies">What the studies found.</param>
internal sealed record LabDescription(
    string Version,
    IReadOnlyDictionary<string, string> Explanations,
    IReadOnlyDictionary<string, string> Normalizers,
    IReadOnlyList<TrapQuestion> Traps,
    IReadOnlyList<StudyResult> Studies);
