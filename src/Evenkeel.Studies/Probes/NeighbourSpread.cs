using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Probes;

/// <summary>Measures how much a sample's outputs depend on the other samples in its batch.</summary>
internal static class NeighbourSpread
{
    /// <summary>Runs inference on each of the first samples in several random batches.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The samples.</param>
    /// <param name="probes">The number of samples measured.</param>
    /// <param name="neighbours">Batches of samples; the measured sample replaces the first of each.</param>
    /// <param name="neighbourhoods">The number of batches per sample.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <returns>
    /// The standard deviation of an output over the batches, relative to that over the samples, averaged over outputs and samples;
    /// and the fraction of samples whose largest output changes.
    /// </returns>
    public static (double Spread, double Changed) Of(
        Sequential network, Dataset<int> data, int probes, PoolBatches neighbours, int neighbourhoods, CancellationToken cancellationToken)
    {
        int length = (int)(data.Inputs.FlattenedLength / data.Count), changed = 0;
        Moments[] overSamples = [];
        double[] deviations = [];
        for (int probe = 0; probe < probes; probe++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Moments[] overNeighbours = [];
            var classes = new HashSet<int>();
            for (int i = 0; i < neighbourhoods; i++)
            {
                neighbours.MoveNext();
                data.Inputs.Elements().Slice(probe * length, length).CopyTo(neighbours.Inputs.Elements());
                Tensor<float> output = network.Predict(neighbours.Inputs);
                ReadOnlySpan<float> own = output.Elements()[..(int)output.Lengths[1]];
                classes.Add(TensorPrimitives.IndexOfMax(own));
                Array.Resize(ref overNeighbours, own.Length);
                for (int c = 0; c < own.Length; c++)
                {
                    overNeighbours[c] = Moments.Merge(overNeighbours[c], Moments.Of(own[c]));
                }
            }

            changed += classes.Count > 1 ? 1 : 0;
            Array.Resize(ref overSamples, overNeighbours.Length);
            Array.Resize(ref deviations, overNeighbours.Length);
            for (int c = 0; c < overNeighbours.Length; c++)
            {
                overSamples[c] = Moments.Merge(overSamples[c], Moments.Of(overNeighbours[c].Mean));
                deviations[c] += Math.Sqrt(overNeighbours[c].PopulationVariance) / probes;
            }
        }

        return (
            deviations.Zip(overSamples, (deviation, samples) => deviation / Math.Sqrt(samples.PopulationVariance)).Average(),
            (double)changed / probes);
    }
}
