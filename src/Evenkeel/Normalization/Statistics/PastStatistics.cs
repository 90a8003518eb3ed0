using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tensors;

namespace Evenkeel.Normalization;

/// <summary>The statistics of one past iteration, and what it takes to carry them to other weights of the layer before.</summary>
internal sealed class PastStatistics
{
    private readonly IChannelwiseLinear _preceding;
    private readonly double[] _mean;
    private readonly double[] _variance;
    private readonly float[] _weight;
    private readonly float[] _bias;
    private readonly float[] _meanGradient;
    private readonly float[] _varianceGradient;
    private readonly TaylorStep[] _steps;

    /// <summary>Makes room for an iteration.</summary>
    /// <param name="preceding">The layer before.</param>
    public PastStatistics(IChannelwiseLinear preceding)
    {
        int weights = preceding.Weight.Length, channels = preceding.Outputs;
        _preceding = preceding;
        _mean = new double[channels];
        _variance = new double[channels];
        _weight = new float[weights];
        _bias = new float[channels];
        _meanGradient = new float[MeanGradients(preceding)];
        _varianceGradient = new float[weights];
        _steps = new TaylorStep[channels];
    }

    /// <summary>The tensors that checkpoints save and load.</summary>
    /// <param name="prefix">The beginning of their names.</param>
    /// <param name="preceding">The layer before.</param>
    /// <param name="statistics">Returns the statistics, which are created when they are needed.</param>
    public static IEnumerable<StateTensor> State(string prefix, IChannelwiseLinear preceding, Func<PastStatistics> statistics)
    {
        nint[] channels = [preceding.Outputs], weights = preceding.Weight.Value.Lengths.ToArray();
        nint[] inputs = [MeanGradients(preceding)];
        return
        [
            StateTensor.OfTraining($"{prefix}_mean", channels, () => statistics()._mean),
            StateTensor.OfTraining($"{prefix}_variance", channels, () => statistics()._variance),
            StateTensor.OfTraining($"{prefix}_weight", weights, () => statistics()._weight),
            StateTensor.OfTraining($"{prefix}_bias", channels, () => statistics()._bias),
            StateTensor.OfTraining($"{prefix}_mean_gradient", inputs, () => statistics()._meanGradient),
            StateTensor.OfTraining($"{prefix}_variance_gradient", weights, () => statistics()._varianceGradient),
        ];
    }

    /// <summary>Takes in this iteration's moments, and their gradients with respect to the weights.</summary>
    /// <param name="moments">One value per channel.</param>
    /// <param name="varianceGradient">∂σ²/∂θ, of θ's shape.</param>
    /// <param name="fraction">The fraction of the batch that the layer before has seen.</param>
    /// <param name="exchange">The link to the rest of the batch; null if there is none.</param>
    public void Record(
        ReadOnlySpan<Moments> moments, ReadOnlySpan<float> varianceGradient, double fraction = 1, IBatchExchange? exchange = null)
    {
        for (int c = 0; c < moments.Length; c++)
        {
            _mean[c] = moments[c].Mean;
            _variance[c] = moments[c].PopulationVariance;
        }

        varianceGradient.CopyTo(_varianceGradient);
        _preceding.Weight.Values.CopyTo(_weight);
        _preceding.Bias?.Values.CopyTo(_bias);
        _preceding.MeanInput(_meanGradient);
        if (exchange is not null)
        {
            Scale.Apply(_meanGradient, fraction, _meanGradient);
            exchange.Sum(_meanGradient);
        }
    }

    /// <summary>Takes the Taylor step from the weights of that iteration to those of now.</summary>
    public void Carry()
    {
        int weights = _weight.Length / _preceding.Groups, channels = _steps.Length / _preceding.Groups;
        int inputs = _meanGradient.Length / _preceding.Groups;
        for (int group = 0; group < _preceding.Groups; group++)
        {
            TaylorCorrection.Compute(
                _preceding.Weight.Values.Slice(group * weights, weights),
                _weight.AsSpan(group * weights, weights),
                _meanGradient.AsSpan(group * inputs, inputs),
                _varianceGradient.AsSpan(group * weights, weights),
                _steps.AsSpan(group * channels, channels));
        }
    }

    /// <summary>The carried mean of a channel, and ν − μ² with the carried mean square ν, which may fall below 0.</summary>
    /// <remarks>
    /// ν is carried by ∂ν/∂θ = ∂σ²/∂θ + 2μ·∂μ/∂θ. With s the step of the mean, ν − μ² comes to σ² + ∂σ²/∂θ·Δ − s²: written
    /// so, no large squares cancel.
    /// </remarks>
    public (double Mean, double Variance) Carried(int channel)
    {
        double step = _steps[channel].Mean + (_preceding.Bias is { } bias ? (double)bias.Values[channel] - _bias[channel] : 0);
        return (_mean[channel] + step, _variance[channel] + _steps[channel].Variance - step * step);
    }

    private static int MeanGradients(IChannelwiseLinear preceding) =>
        preceding.Weight.Length / preceding.Outputs * preceding.Groups;
}
