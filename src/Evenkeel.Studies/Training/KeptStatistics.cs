using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>The running statistics of a network as they were when this was made, to be put back.</summary>
/// <param name="network">The network.</param>
internal sealed class KeptStatistics(Sequential network)
{
    private readonly (RunningStatistics Of, double[] Mean, double[] Variance)[] _kept =
    [
        .. network.Layers.OfType<BatchNorm>().Select(layer => layer.RunningStatistics!).Select(
            statistics => (statistics, statistics.Mean.Elements().ToArray(), statistics.Variance.Elements().ToArray())),
    ];

    /// <summary>Puts them back.</summary>
    public void Restore()
    {
        foreach ((RunningStatistics statistics, double[] mean, double[] variance) in _kept)
        {
            mean.CopyTo(statistics.Mean.Elements());
            variance.CopyTo(statistics.Variance.Elements());
        }
    }
}
