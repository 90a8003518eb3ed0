namespace Evenkeel.Lab.Training;

/// <summary>A run at one moment.</summary>
/// <param name="Step">The number of steps so far.</param>
/// <param name="Loss">The mean loss over the steps since the last frame; not finite once the run has diverged.</param>
/// <param name="TestAccuracy">The latest accuracy in inference on test images.</param>
/// <param name="StepsPerSecond">The speed over the last second, with the test in it.</param>
/// <param name="HasDied">True if the loss is not finite: training has stopped.</param>
/// <param name="Layers">The hidden layers.</param>
internal sealed record RunFrame(
    long Step, double Loss, double TestAccuracy, double StepsPerSecond, bool HasDied, IReadOnlyList<LayerFrame> Layers)
{
    /// <summary>What ended the run; null unless an error did.</summary>
    public string? Problem { get; init; }
}
