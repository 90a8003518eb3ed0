using System.Text.Json.Serialization;

namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>One network's training within the sweep of initial scales.</summary>
/// <param name="Scale">The standard deviation of its initial weights.</param>
/// <param name="Normalization"><see cref="None"/> or <see cref="Batch"/>.</param>
/// <param name="Seed">The seed of its initial weights and of the order of the images.</param>
/// <param name="Accuracy">Its accuracy on the training images, by rising number of updates; at least one point.</param>
/// <param name="AtStart">Each hidden layer's activations before the first update; kept for seed 0, empty otherwise.</param>
/// <param name="AtEnd">The same after the last update.</param>
internal sealed record InitScaleRun(
    double Scale,
    string Normalization,
    int Seed,
    IReadOnlyList<AccuracyPoint> Accuracy,
    IReadOnlyList<LayerHistogram> AtStart,
    IReadOnlyList<LayerHistogram> AtEnd)
{
    /// <summary>The name of networks without normalization.</summary>
    public const string None = "none";

    /// <summary>The name of networks with batch normalization before each activation.</summary>
    public const string Batch = "batch";

    /// <inheritdoc cref="InitScaleRun(double, string, int, IReadOnlyList{AccuracyPoint}, IReadOnlyList{LayerHistogram}, IReadOnlyList{LayerHistogram})" path="/param[@name='Normalization']"/>
    /// <exception cref="ArgumentException">The name is neither of the two.</exception>
    public string Normalization { get; init; } = Normalization is None or Batch
        ? Normalization
        : throw new ArgumentException(
            $"the normalization is \"{Normalization}\"; this study knows \"{None}\" and \"{Batch}\"", nameof(Normalization));

    /// <summary>The accuracy after the last update.</summary>
    [JsonIgnore]
    public double FinalAccuracy => Accuracy[^1].TrainAccuracy;
}
