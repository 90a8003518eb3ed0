using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

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
    private readonly IStatisticsExchange? _exchange;
    private readonly double[] _counts;

    /// <summary>Makes a batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; PyTorch's defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is below 1, ε is not above 0 and finite, or the channel axis 0.</exception>
    public BatchNorm(int channels, BatchNormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options.ChannelAxis)
    {
        _exchange = options.Exchange;
        _counts = new double[channels];
        if (options.RunningAverage is { } average)
        {
            RunningStatistics = new RunningStatistics(channels, average, options.RunningVariance, options.NonFiniteBatches);
        }
    }

    /// <summary>The running statistics; null where none are kept.</summary>
    public RunningStatistics? RunningStatistics { get; }

    /// <summary>Where the moments of what passes are gathered for <see cref="Recalibration"/>; null where they are not.</summary>
    internal Moments[]? Gathered { get; set; }

    /// <summary>Whether inference is an affine map that does not depend on the batch.</summary>
    internal bool NormalizesByConstants => !UsesBatch(Pass.Inference);

    private protected override bool KeepsRunningStatistics => RunningStatistics is not null;

    /// <summary>As <see cref="SetNormalization.Forward(Tensor{float}, Pass)"/>, over the elements that a mask keeps: the others have no part in statistics or gradients, be they NaN, and their outputs are 0.</summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <param name="mask">True where elements are kept; the input's shape without its channel axis.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">
    /// The input does not fit, the mask does not have its shape, or it keeps fewer than two values per channel where the
    /// batch's statistics are wanted.
    /// </exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<bool> mask, Pass pass) => ForwardKept(input, mask, pass);

    /// <summary>What inference does to a channel: y = scale·x + shift.</summary>
    internal (double Scale, double Shift) InferenceMap(int channel)
    {
        double scale = Gamma(channel) * InverseDeviation(RunningStatistics!.Variance[channel]);
        return (scale, Beta(channel) - RunningStatistics.Mean[channel] * scale);
    }

    private protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.Of(lengths, axis);

    private protected override void Prepare(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        if (Gathered is not null)
        {
            Gather(x, view);
        }

        bool updates = Updates(pass);
        StatisticsAreConstant = !UsesBatch(pass);
        ReadOnlySpan<Moments> batch = !StatisticsAreConstant || updates ? BatchMoments(x, view) : [];
        if (!StatisticsAreConstant)
        {
            for (int c = 0; c < batch.Length; c++)
            {
                Normalizer.SetForward(c, batch[c].Mean, InverseDeviation(batch[c].PopulationVariance), Gamma(c), Beta(c));
                _counts[c] = batch[c].Count;
            }
        }
        else
        {
            // Those from before this step's update.
            ReadOnlySpan<double> mean = RunningStatistics!.Mean.Elements();
            ReadOnlySpan<double> variance = RunningStatistics.Variance.Elements();
            for (int c = 0; c < mean.Length; c++)
            {
                Normalizer.SetForward(c, mean[c], InverseDeviation(variance[c]), Gamma(c), Beta(c));
            }
        }

        if (updates)
        {
            RunningStatistics!.Update(batch);
        }
    }

    private protected override void Differentiate(ChannelView view)
    {
        AddParameterGradients(view);
        if (!StatisticsAreConstant)
        {
            _exchange?.Sum(Normalizer.Sums);
        }

        for (int c = 0; c < Channels; c++)
        {
            double scale = Gamma(c) * Normalizer.Inverse(c);
            double share = StatisticsAreConstant ? 0 : scale / _counts[c];
            Normalizer.SetBackward(c, scale, share * Normalizer.GradientSum(c), share * Normalizer.NormalizedGradientSum(c));
        }
    }

    private void Gather(ReadOnlySpan<float> x, ChannelView view)
    {
        ReadOnlySpan<Moments> batch = ComputeMoments(x, view);
        foreach (ref readonly Moments channel in batch)
        {
            if (!channel.IsFinite)
            {
                return; // as the running statistics would leave such a batch out
            }
        }

        for (int c = 0; c < batch.Length; c++)
        {
            Gathered![c] = Moments.Merge(Gathered[c], batch[c]);
        }
    }

    private Span<Moments> BatchMoments(ReadOnlySpan<float> x, ChannelView view)
    {
        Span<Moments> batch = ComputeMoments(x, view);
        _exchange?.Merge(batch);
        for (int c = 0; c < batch.Length; c++)
        {
            if (batch[c].Count < 2)
            {
                throw InputRefused($"has {Values(batch[c].Count)} per channel, which has no variance: batch statistics need at least two.");
            }
        }

        return batch;
    }

    private static string Values(double count) => count == 0 ? "no value that is kept" : "one value";
}
