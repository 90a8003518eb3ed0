using Evenkeel.Layers;
using Evenkeel.Numerics;

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

    /// <summary>Makes a Batch Renormalization with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings; the paper's where null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.</exception>
    /// <exception cref="ArgumentNullException">The options have no schedule or no running average.</exception>
    public BatchRenorm(int channels, BatchRenormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options.ChannelAxis)
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

    /// <summary>How many training passes the batch normalized (frozen ones do not count), by which the schedule goes; may be set to go on with training.</summary>
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

    private protected override ChannelView ViewOf(ReadOnlySpan<nint> lengths, int axis) => ChannelView.Of(lengths, axis);

    private protected override void Prepare(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        bool updates = Updates(pass);
        StatisticsAreConstant = !UsesBatch(pass);
        ReadOnlySpan<double> mean = RunningStatistics.Mean.Elements();
        ReadOnlySpan<double> deviation = RunningStatistics.Deviation.Elements();
        ReadOnlySpan<Moments> batch = !StatisticsAreConstant || updates ? BatchMoments(x, view) : [];
        AffineParameters affine = Affine;
        ForwardSets sets = Normalizer.Forward(0, Channels);
        if (StatisticsAreConstant)
        {
            for (int c = 0; c < Channels; c++)
            {
                (_r[c], _d[c]) = (1, 0);
                sets.Set(c, mean[c], 1 / deviation[c], affine.Gamma(c), affine.Beta(c));
            }
        }
        else
        {
            (double rMax, double dMax) = _schedule.At(Steps);
            for (int c = 0; c < Channels; c++)
            {
                double inverse = InverseDeviation(batch[c].PopulationVariance);
                _r[c] = Math.Clamp(1 / (inverse * deviation[c]), 1 / rMax, rMax);
                _d[c] = Math.Clamp((batch[c].Mean - mean[c]) / deviation[c], -dMax, dMax);
                sets.Set(c, batch[c].Mean, inverse, affine.Gamma(c) * _r[c], affine.Gamma(c) * _d[c] + affine.Beta(c));
            }
        }

        if (updates)
        {
            RunningStatistics.Update(batch);
        }

        if (pass == Pass.Training && !StatisticsAreConstant)
        {
            Steps++;
        }
    }

    private protected override void Differentiate(ChannelView view)
    {
        AffineParameters affine = Affine;
        BackwardSets sets = Normalizer.Backward(0, Channels);
        for (int c = 0; c < Channels; c++)
        {
            double gradient = sets.GradientSum(c), normalizedGradient = sets.NormalizedGradientSum(c);
            affine.AddGradients(c, _r[c] * normalizedGradient + _d[c] * gradient, gradient);

            double scale = affine.Gamma(c) * _r[c] * sets.Inverse(c);
            double share = scale / view.PerSet;
            sets.Set(c, scale, share * gradient, share * normalizedGradient);
        }
    }

    private protected override double InverseOfSpread(double spread) => 1 / spread;
}
