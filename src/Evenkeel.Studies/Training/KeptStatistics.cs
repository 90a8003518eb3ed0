using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>A copy of a network's running statistics, to be restored later.</summary>
/// <param name="network">The network.</param>
internal sealed class KeptStatistics(Layer network)
{
    private readonly (RunningStatistics Of, double[] Mean, double[] Variance)[] _kept =
    [
        .. network.NamedLayers().Select(named => named.Layer).OfType<BatchNorm>().Select(layer => layer.RunningStatistics!).Select(
            statistics => (statistics, statistics.Mean.Elements().ToArray(), statistics.Variance.Elements().ToArray())),
    ];

    /// <summary>Restores the statistics.</summary>
    public void Restore()
    {
        foreach ((RunningStatistics statistics, double[] mean, double[] variance) in _kept)
        {
            mean.CopyTo(statistics.Mean.Elements());
            variance.CopyTo(statistics.Variance.Elements());
        }
    }
}
