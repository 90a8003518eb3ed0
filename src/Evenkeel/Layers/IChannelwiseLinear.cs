using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>
/// A layer in which each output channel is a linear function of its own weights: x_j = θ_j·p + b_j, with p the input or a patch of it.
/// Cross-iteration batch normalization needs it of the preceding layer.
/// </summary>
public interface IChannelwiseLinear
{
    /// <summary>The number of output channels.</summary>
    int Outputs { get; }

    /// <summary>θ, one row per output channel.</summary>
    Parameter Weight { get; }

    /// <summary>b, one per output channel; null without a bias.</summary>
    Parameter? Bias { get; }

    /// <summary>Returns whether a tensor is the object that the last forward pass returned.</summary>
    /// <param name="tensor">The tensor, compared by reference.</param>
    bool IsLastOutput(Tensor<float> tensor);

    /// <summary>The number of groups of consecutive channels; the channels of a group have the same p.</summary>
    int Groups => 1;

    /// <summary>The axis of the output's channels; a negative one counts from the end.</summary>
    int ChannelAxis => -1;

    /// <summary>Computes mean(p) over the last input, which is ∂mean(x_j)/∂θ_j for every channel of a group.</summary>
    /// <param name="mean">Receives, for each group, one value per element of a row of θ.</param>
    void MeanInput(Span<float> mean);

    /// <summary>Computes Σ upstream_j·p over the last input, for each output channel.</summary>
    /// <param name="upstream">A value for each element of the last output.</param>
    /// <param name="sums">Receives the sums, of θ's shape.</param>
    void SumInputs(ReadOnlySpan<float> upstream, Span<float> sums);
}
