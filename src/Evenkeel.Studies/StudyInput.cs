using Evenkeel.Data;

namespace Evenkeel.Studies;

/// <summary>What a study works on.</summary>
/// <param name="Seeds">How many times each of its networks is trained, with the seeds 0, 1, ….</param>
/// <param name="Images">The images; null for a study that takes none.</param>
/// <param name="DataName">The images' name, for people to read.</param>
internal sealed record StudyInput(int Seeds, ImageClassificationData? Images = null, string DataName = "")
{
    /// <summary>The name of the images that the command carries.</summary>
    public const string OwnImages = "MNIST";

    /// <summary>By how much training is shortened, to try a study out; what it then shows means nothing.</summary>
    internal int Shortening { get; init; } = 1;

    /// <summary>How many updates, or seeds' worth of anything that takes long, a study makes of so many.</summary>
    internal int Shortened(int count) => Math.Max(2, count / Shortening);
}
