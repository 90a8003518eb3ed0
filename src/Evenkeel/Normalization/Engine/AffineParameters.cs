using Evenkeel.Layers;

namespace Evenkeel.Normalization;

/// <summary>γ and β of the channels, and their gradients; 1 and 0 where there are none.</summary>
internal readonly ref struct AffineParameters(Parameter? weight, Parameter? bias)
{
    private readonly ReadOnlySpan<float> _gamma = weight is null ? [] : weight.Values;
    private readonly ReadOnlySpan<float> _beta = bias is null ? [] : bias.Values;
    private readonly Span<float> _gammaGradients = weight is null ? [] : weight.Gradients;
    private readonly Span<float> _betaGradients = bias is null ? [] : bias.Gradients;

    /// <summary>γ of a channel.</summary>
    public double Gamma(int channel) => _gamma.IsEmpty ? 1 : _gamma[channel];

    /// <summary>β of a channel.</summary>
    public double Beta(int channel) => _beta.IsEmpty ? 0 : _beta[channel];

    /// <summary>Adds to the gradients of γ and β of a channel.</summary>
    public void AddGradients(int channel, double gamma, double beta)
    {
        if (!_gamma.IsEmpty)
        {
            _gammaGradients[channel] += (float)gamma;
            _betaGradients[channel] += (float)beta;
        }
    }
}
