using Evenkeel.Layers;

namespace Evenkeel.Normalization;

/// <summary>γ and β of the channels, and their gradients; 1 and 0 where a layer has none.</summary>
internal readonly ref struct AffineParameters(Parameter? weight, Parameter? bias)
{
    private readonly ReadOnlySpan<float> _weight = weight is null ? [] : weight.Values;
    private readonly ReadOnlySpan<float> _bias = bias is null ? [] : bias.Values;
    private readonly Parameter? _weightParameter = weight;
    private readonly Parameter? _biasParameter = bias;

    /// <summary>γ of a channel.</summary>
    public double Weight(int channel) => _weight.IsEmpty ? 1 : _weight[channel];

    /// <summary>β of a channel.</summary>
    public double Bias(int channel) => _bias.IsEmpty ? 0 : _bias[channel];

    /// <summary>Adds to the gradients of γ and β of a channel.</summary>
    public void AddGradients(int channel, double weight, double bias)
    {
        if (_weightParameter is not null)
        {
            _weightParameter.Gradients[channel] += (float)weight;
        }

        if (_biasParameter is not null)
        {
            _biasParameter.Gradients[channel] += (float)bias;
        }
    }
}
