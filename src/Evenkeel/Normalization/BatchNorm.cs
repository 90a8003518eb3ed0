using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Normalization;

/// <summary>
/// Batch normalization: each channel is brought to mean 0 and variance 1 over the batch, then scaled and shifted by
/// learned parameters.
/// </summary>
/// <remarks>
/// <para>
/// Over the m elements of a channel: μ = mean x; σ² = Σ(x − μ)²/m; x̂ = (x − μ)/√(σ² + ε); y = γ·x̂ + β.
/// Inference uses running averages for μ and σ², so that a sample's output is its own.
/// </para>
/// <para>
/// Backward: dβ = Σdy; dγ = Σdy·x̂; dx = γ/√(σ² + ε)·[dy − mean(dy) − x̂·mean(dy·x̂)]. Where running statistics
/// normalized, they are constants: dx = γ/√(σ² + ε)·dy.
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or, with <see cref="BatchNormOptions.ChannelAxis"/> −1, [N, *, C]; output as input.</para>
/// <para>
/// Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
/// Shift", 2015, arXiv 1502.03167.
/// </para>
/// </remarks>
public sealed class BatchNorm : RunningNormalization
{
    /// <summary>Makes a batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; PyTorch's defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    public BatchNorm(int channels, BatchNormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options is { Affine: true, Bias: true }, options.ChannelAxis)
    {
        Exchange = options.Exchange;
        RunningStatistics = options.CreateRunningStatistics(channels);
    }

    /// <inheritdoc/>
    public override RunningStatistics? RunningStatistics { get; }

    /// <summary>
    /// As <see cref="Layer.Forward"/>, over the elements that a mask keeps: the others are ignored in
    /// statistics and gradients, even if NaN, and their outputs are 0.
    /// </summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <param name="mask">True where elements are kept; the input's shape without its channel axis.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">
    /// The input does not fit, the mask does not have its shape, or it keeps fewer than two values per channel where the
    /// batch's statistics are wanted.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass) => ForwardMasked(input, mask, pass);
}
