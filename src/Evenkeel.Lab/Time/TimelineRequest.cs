using System.Text.Json.Serialization;

namespace Evenkeel.Lab.Time;

/// <summary>A channel whose data change once, and what its running statistics do.</summary>
/// <param name="NewWeight">The weight of the new batch; 0 for the cumulative average.</param>
/// <param name="IsSample">Whether the sample's variance is kept (unbiased) or the population's.</param>
/// <param name="BatchSize">The number of values in a batch, from 2 to 256.</param>
/// <param name="Steps">The number of training steps, from 10 to 1,000; the data change after half of them.</param>
/// <param name="After">What happens once they have changed: train, freeze or recalibrate (after a quarter of the steps, frozen).</param>
/// <param name="Seed">The seed of the data.</param>
internal sealed record TimelineRequest(double NewWeight, bool IsSample, int BatchSize, int Steps, string After, int Seed)
{
    /// <summary>Values of <see cref="After"/>.</summary>
    public const string Train = "train", Freeze = "freeze", Recalibrate = "recalibrate";

    /// <summary>The step before which the data change.</summary>
    [JsonIgnore]
    public int ChangeStep => Steps / 2;

    /// <summary>The step before which the layer is recalibrated.</summary>
    [JsonIgnore]
    public int RecalibrationStep => ChangeStep + Steps / 4;
}
