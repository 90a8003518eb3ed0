using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>The statistics of one past iteration, and what it takes to carry them to other weights of the layer before.</summary>
internal sealed class PastStatistics(IChannelwiseLinear preceding)
{
    private readonly int _channels = (int)preceding.Weight.Value.Lengths[0];
    private readonly double[] _mean = new double[preceding.Weight.Value.Lengths[0]];
    private readonly double[] _variance = new double[preceding.Weight.Value.Lengths[0]];
    private readonly float[] _weight = new float[preceding.Weight.Length];
    private readonly float[] _bias = new float[preceding.Weight.Value.Lengths[0]];
    private readonly float[] _meanGradient = new float[preceding.Weight.Length / preceding.Weight.Value.Lengths[0]];
    private readonly float[] _varianceGradient = new float[preceding.Weight.Length];
    private readonly TaylorStep[] _steps = new TaylorStep[preceding.Weight.Value.Lengths[0]];

    /// <summary>Takes in this iteration's moments, and their gradients with respect to the weights.</summary>
    /// <param name="moments">One value per channel.</param>
    /// <param name="varianceGradient">∂σ²/∂x of each element x of the preceding layer's output.</param>
    public void Record(ReadOnlySpan<Moments> moments, ReadOnlySpan<float> varianceGradient)
    {
        for (int c = 0; c < _channels; c++)
        {
            _mean[c] = moments[c].Mean;
            _variance[c] = moments[c].PopulationVariance;
        }

        preceding.Weight.Values.CopyTo(_weight);
        preceding.Bias?.Values.CopyTo(_bias);
        preceding.MeanInput(_meanGradient);
        preceding.SumInputs(varianceGradient, _varianceGradient);
    }

    /// <summary>Takes the Taylor step from the weights of that iteration to those of now.</summary>
    public void Carry() => TaylorSteps.Compute(preceding.Weight.Values, _weight, _meanGradient, _varianceGradient, _steps);

    /// <summary>The carried mean of a channel, and ν − μ² with the carried mean square ν, which may fall below 0.</summary>
    /// <remarks>
    /// ν is carried by ∂ν/∂θ = ∂σ²/∂θ + 2μ·∂μ/∂θ. With s the step of the mean, ν − μ² comes to σ² + ∂σ²/∂θ·Δ − s²: written
    /// so, no large squares cancel.
    /// </remarks>
    public (double Mean, double Variance) Carried(int channel)
    {
        double step = _steps[channel].Mean + (preceding.Bias is null ? 0 : preceding.Bias.Values[channel] - _bias[channel]);
        return (_mean[channel] + step, _variance[channel] + _steps[channel].Variance - step * step);
    }
}
