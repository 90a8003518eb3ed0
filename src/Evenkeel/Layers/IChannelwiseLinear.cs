using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>
/// A layer whose output channels are each a linear function of weights of their own: x_j = θ_j·p + b_j, with p the input, or a
/// patch of it. What cross-iteration batch normalization needs of the layer before it.
/// </summary>
public interface IChannelwiseLinear
{
    /// <summary>The number of output channels.</summary>
    int Outputs { get; }

    /// <summary>θ, a row per output channel.</summary>
    Parameter Weight { get; }

    /// <summary>b, one per output channel; null without it.</summary>
    Parameter? Bias { get; }

    /// <summary>Whether a tensor is the one that the last forward pass returned, to which the last input belongs.</summary>
    /// <param name="tensor">The tensor itself: one that holds the same numbers is another.</param>
    bool IsLastOutput(Tensor<float> tensor);

    /// <summary>Parts of equal size into which the channels fall, in order: those of a part see the same p.</summary>
    int Groups => 1;

    /// <summary>The axis of the output's channels; negative counts from the end.</summary>
    int ChannelAxis => -1;

    /// <summary>Computes mean(p) over the last input: ∂mean(x_j)/∂θ_j, the same for every channel of a group.</summary>
    /// <param name="mean">Receives, for each group, as many values as a row of θ has.</param>
    void MeanInput(Span<float> mean);

    /// <summary>Computes Σ upstream_j·p over the last input, for each output channel.</summary>
    /// <param name="upstream">A value for each element of the last output.</param>
    /// <param name="sums">Receives the sums, of θ's shape.</param>
    void SumInputs(ReadOnlySpan<float> upstream, Span<float> sums);
}
