using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Cross-Iteration batch normalization: the statistics of the last k iterations count, each carried to today's weights, so
/// that small batches normalize as large ones do.
/// </summary>
/// <remarks>
/// <para>
/// The mean μ and the mean square ν of an iteration τ steps ago are carried by a first-order Taylor step in the weights θ of
/// the layer before: μ + ∂μ/∂θ·(θ_now − θ_then), and ν likewise. Then, over the window, μ̄ = mean μ; ν̄ = mean max(ν, μ²);
/// σ̄² = ν̄ − μ̄²; x̂ = (x − μ̄)/√(σ̄² + ε); y = γ·x̂ + β. Inference is that of <see cref="BatchNorm"/>, whose running statistics
/// take in each batch.
/// </para>
/// <para>
/// Backward: past iterations are constants, so the batch's own part counts 1/k: dβ = Σdy; dγ = Σdy·x̂; with s = √(σ̄² + ε),
/// dx = γ/s·[dy − mean(dy)/k − x̂·mean(dy·x̂)/k]. Where ε stands outside the root, s = σ̄ + ε and the last term has a factor s/σ̄.
/// </para>
/// <para>Shapes: [N, C], as the layer before gives them; output as input.</para>
/// <para>Source: Yao et al., "Cross-Iteration Batch Normalization", 2021, arXiv 2002.05712.</para>
/// </remarks>
public sealed class CrossIterationBatchNorm : RunningNormalization
{
    private readonly CrossIterationOptions _options;
    private readonly PastStatistics[] _window;
    private readonly SetNormalizer _varianceGradient = new();
    private readonly ReusableTensor _varianceGradients = new();
    private readonly double[] _terms;
    private readonly double[] _rootFactor;
    private int _recorded;

    /// <summary>Makes a Cross-Iteration batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="preceding">The layer before, whose outputs are normalized.</param>
    /// <param name="options">The settings; the defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is below 1, the burn-in negative, ε not above 0 and finite, or the channel axis 0.</exception>
    /// <exception cref="ArgumentNullException">There is no preceding layer, or the options have none of batch normalization.</exception>
    /// <exception cref="ArgumentException">The options have an exchange.</exception>
    public CrossIterationBatchNorm(IChannelwiseLinear preceding, CrossIterationOptions? options = null)
        : base(ChannelsOf(preceding), BatchOf(options ??= new()).Epsilon, options.BatchNorm.Affine, options.BatchNorm.ChannelAxis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.BurnIn, nameof(options));
        BatchNormOptions batch = options.BatchNorm;
        if (batch.Exchange is not null)
        {
            throw new ArgumentException("Cross-Iteration batch normalization takes no exchange.", nameof(options));
        }

        _options = options;
        _terms = new double[Channels];
        _rootFactor = new double[Channels];
        _window = [.. Enumerable.Range(0, options.Window).Select(_ => new PastStatistics(preceding))];
        RunningStatistics = RunningStatistics.Of(Channels, batch);
    }

    /// <inheritdoc/>
    public override RunningStatistics? RunningStatistics { get; }

    /// <summary>How many training steps there were, by which the burn-in goes; may be set to go on with training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Steps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Forgets past iterations, as is right after the weights of the layer before were replaced: a Taylor step does not reach so far.</summary>
    public void ClearWindow() => _recorded = 0;

    private protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.Of(lengths, axis);

    private protected override void Prepare(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        bool updates = Updates(pass);
        StatisticsAreConstant = !UsesBatch(pass);
        ReadOnlySpan<Moments> batch = !StatisticsAreConstant || updates ? BatchMoments(x, view) : [];
        if (StatisticsAreConstant)
        {
            for (int c = 0; c < Channels; c++)
            {
                SetForward(c, RunningStatistics!.Mean[c], RunningStatistics.Variance[c], terms: 1);
            }
        }
        else
        {
            NormalizeByWindow(batch, past: pass == Pass.Training && Steps >= _options.BurnIn ? _recorded : 0);
        }

        if (updates)
        {
            RunningStatistics!.Update(batch);
        }

        if (pass == Pass.Training)
        {
            if (!StatisticsAreConstant && Steps >= _options.BurnIn)
            {
                Record(x, view, batch);
            }

            Steps++;
        }
    }

    private protected override void Differentiate(ChannelView view)
    {
        AddParameterGradients(view);
        for (int c = 0; c < Channels; c++)
        {
            double scale = Gamma(c) * Normalizer.Inverse(c);
            double share = scale / (view.PerSet * _terms[c]);
            Normalizer.SetBackward(
                c, scale, share * Normalizer.GradientSum(c), share * _rootFactor[c] * Normalizer.NormalizedGradientSum(c));
        }
    }

    // The mean over the window of (μ, ν), written with v = ν − μ²: σ̄² = mean v + mean (μ − μ̄)².
    private void NormalizeByWindow(ReadOnlySpan<Moments> batch, int past)
    {
        int carried = Math.Min(past, _options.Window - 1);
        for (int i = 0; i < carried; i++)
        {
            Past(i).Carry();
        }

        for (int c = 0; c < Channels; c++)
        {
            var window = new Moments(1, batch[c].Mean, batch[c].PopulationVariance);
            for (int i = 0; i < carried; i++)
            {
                (double mean, double variance) = Past(i).Carried(c);
                if (variance >= 0 || _options.Rule == CrossIterationRule.Raise)
                {
                    window = Moments.Merge(window, new Moments(1, mean, Math.Max(0, variance)));
                }
            }

            SetForward(c, window.Mean, window.PopulationVariance, window.Count);
        }
    }

    private void SetForward(int channel, double mean, double variance, double terms)
    {
        double deviation = Math.Sqrt(variance);
        double inverse = InverseOfSpread(variance);
        _terms[channel] = terms;
        _rootFactor[channel] = _options.EpsilonOutside && deviation > 0 ? 1 / (inverse * deviation) : 1;
        Normalizer.SetForward(channel, mean, inverse, Gamma(channel), Beta(channel));
    }

    // The window is a ring: the newest record takes the place of the oldest.
    private PastStatistics Past(int age) => _window[(_recorded - 1 - age) % _options.Window];

    private void Record(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<Moments> batch)
    {
        // ∂σ²/∂x = 2(x − μ)/m
        _varianceGradient.Resize(view.Sets);
        for (int c = 0; c < batch.Length; c++)
        {
            if (!batch[c].IsFinite)
            {
                return; // it would stay in the window for the next iterations
            }

            _varianceGradient.SetForward(c, batch[c].Mean, inverse: 2.0 / view.PerSet, scale: 1, shift: 0);
        }

        Span<float> gradient = _varianceGradients.Get([x.Length]).Elements();
        _varianceGradient.Normalize(x, view, gradient);
        _window[_recorded % _options.Window].Record(batch, gradient);
        _recorded++;
    }

    private protected override double InverseOfSpread(double spread) =>
        _options.EpsilonOutside ? 1 / (Math.Sqrt(spread) + _options.BatchNorm.Epsilon) : InverseDeviation(spread);

    private static BatchNormOptions BatchOf(CrossIterationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.BatchNorm, nameof(options));
        return options.BatchNorm;
    }

    private static int ChannelsOf(IChannelwiseLinear preceding)
    {
        ArgumentNullException.ThrowIfNull(preceding);
        return (int)preceding.Weight.Value.Lengths[0];
    }
}
