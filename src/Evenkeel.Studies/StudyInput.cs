using Evenkeel.Data;

namespace Evenkeel.Studies;

/// <summary>The input of a study.</summary>
/// <param name="Seeds">The number of seeds: each run is made with the seeds 0, 1, ….</param>
/// <param name="Images">The images; null for a study that takes none.</param>
/// <param name="DataName">The name of the images.</param>
internal sealed record StudyInput(int Seeds, ImageClassificationData? Images = null, string DataName = "")
{
    /// <summary>The name of the images that are embedded in the command.</summary>
    public const string OwnImages = "MNIST";

    /// <summary>The factor by which training is shortened for a test; the results then have no meaning.</summary>
    internal int Shortening { get; init; } = 1;

    /// <summary>The file that keeps finished runs, and what they depend on besides the study; null to keep none.</summary>
    internal (string Path, string Key)? Journal { get; init; }

    /// <summary>Returns a number of updates, shortened for a test.</summary>
    internal int Shortened(int count) => Math.Max(2, count / Shortening);
}
