using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

namespace Evenkeel.Normalization;

/// <summary>
/// Batch Renormalization: batch normalization whose result is corrected towards that of the running statistics, so that
/// training and inference agree even where batches are small or not drawn at random.
/// </summary>
/// <remarks>
/// <para>
/// With the batch's μ_B and σ_B = √(ε + σ²), and the running μ and σ from before this step's update:
/// r = clip(σ_B/σ, 1/r_max, r_max); d = clip((μ_B − μ)/σ, −d_max, d_max); x̂ = (x − μ_B)/σ_B·r + d; y = γ·x̂ + β.
/// No gradient flows through r and d. Then μ ← μ + α(μ_B − μ) and σ ← σ + α(σ_B − σ). Inference: y = γ(x − μ)/σ + β.
/// </para>
/// <para>
/// Backward, with x̃ = (x − μ_B)/σ_B: dβ = Σdy; dγ = Σdy·x̂ = r·Σdy·x̃ + d·Σdy;
/// dx = γr/σ_B·[dy − mean(dy) − x̃·mean(dy·x̃)].
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or [N, *, C]; output as input.</para>
/// <para>
/// Source: Ioffe, "Batch Renormalization: Towards Reducing Minibatch Dependence in Batch-Normalized Models", 2017, arXiv
/// 1702.03275.
/// </para>
/// </remarks>
public sealed class BatchRenorm : RunningNormalization
{
    private readonly RenormSchedule _schedule;
    private readonly double[] _r;
    private readonly double[] _d;
    private double _rMax;
    private double _dMax;

    /// <summary>Makes a Batch Renormalization with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; the paper's where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    /// <exception cref="ArgumentNullException">The options have no schedule or no running average.</exception>
    public BatchRenorm(int channels, BatchRenormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options is { Affine: true, Bias: true }, options.ChannelAxis)
    {
        ArgumentNullException.ThrowIfNull(options.Schedule, nameof(options));
        ArgumentNullException.ThrowIfNull(options.RunningAverage, nameof(options));
        _schedule = options.Schedule;
        _r = new double[channels];
        _d = new double[channels];
        RunningStatistics = new RenormStatistics(channels, options.RunningAverage, options.Epsilon, options.NonFiniteBatches);
    }

    /// <summary>The running mean and standard deviation.</summary>
    public override RenormStatistics RunningStatistics { get; }

    /// <summary>
    /// How many training passes the batch normalized (frozen ones do not count), by which the schedule goes; may be set to go on
    /// with training.
    /// </summary>
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

    /// <inheritdoc/>
    public override IReadOnlyList<StateTensor> State =>
        [.. base.State, StateTensor.OfCounter("steps", () => Steps, value => Steps = value)];

    /// <summary>The limits of the correction over the steps of training.</summary>
    internal RenormSchedule Schedule => _schedule;

    private protected override SetStatistics SelectStatistics(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        SetStatistics statistics = base.SelectStatistics(x, view, pass);
        if (StatisticsAreConstant)
        {
            Array.Fill(_r, 1);
            Array.Clear(_d);
        }
        else
        {
            (_rMax, _dMax) = _schedule.At(Steps);
        }

        return statistics;
    }

    /// <inheritdoc/>
    protected override void WriteCoefficients(ForwardCoefficients sets)
    {
        ReadOnlySpan<double> mean = RunningStatistics.Mean.Elements();
        ReadOnlySpan<double> deviation = RunningStatistics.Deviation.Elements();
        AffineParameters affine = Affine;
        for (int i = 0; i < sets.Count; i++)
        {
            int c = sets.First + i;
            if (StatisticsAreConstant)
            {
                sets.Write(i, mean[c], 1 / RunningMoments.CheckSpread(deviation[c], c), affine.Weight(c), affine.Bias(c));
                continue;
            }

            double invStd = InvStd(sets.Variance(i));
            _r[c] = Math.Clamp(1 / (invStd * deviation[c]), 1 / _rMax, _rMax);
            _d[c] = Math.Clamp((sets.Mean(i) - mean[c]) / deviation[c], -_dMax, _dMax);
            sets.Write(i, sets.Mean(i), invStd, affine.Weight(c) * _r[c], affine.Weight(c) * _d[c] + affine.Bias(c));
        }
    }

    /// <inheritdoc/>
    protected override void WriteGradientCoefficients(BackwardCoefficients sets)
    {
        AffineParameters affine = Affine;
        for (int i = 0; i < sets.Count; i++)
        {
            int c = sets.First + i;
            double scale = affine.Weight(c) * _r[c] * sets.InvStd(i);
            double factor = StatisticsAreConstant ? 0 : scale / sets.Elements(i);
            sets.Write(i, scale, factor * sets.GradientSum(i), factor * sets.NormalizedGradientSum(i));
        }
    }

    private protected override void AddParameterGradients(ChannelView view)
    {
        AffineParameters affine = Affine;
        var sets = new BackwardCoefficients(Sets, Sets.Sums, 0, Channels);
        for (int c = 0; c < Channels; c++)
        {
            double gradient = sets.GradientSum(c), normalizedGradient = sets.NormalizedGradientSum(c);
            affine.AddGradients(c, _r[c] * normalizedGradient + _d[c] * gradient, gradient);
        }
    }

    private protected override void Complete(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        base.Complete(x, view, pass);
        if (pass == Pass.Training && !StatisticsAreConstant)
        {
            Steps++;
        }
    }

    private protected override double RunningInvStd(double spread) => 1 / spread;
}
