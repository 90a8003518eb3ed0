namespace Evenkeel.Normalization;

/// <summary>The settings of <see cref="BatchNorm"/>; the defaults are PyTorch's.</summary>
public sealed record BatchNormOptions
{
    /// <summary>ε, added to the variance inside the root; at least 10⁻⁷⁶. Default 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether there are a learned scale γ (<c>weight</c>) and shift β (<c>bias</c>). Default true.</summary>
    public bool Affine { get; init; } = true;

    /// <summary>Whether there is a shift β beside γ; without <see cref="Affine"/>, there is neither. Default true.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// How the running statistics average over batches; null for none, and then each batch's own statistics normalize, in
    /// inference too. Default: exponential, with a weight of 0.1 for the new batch.
    /// </summary>
    public RunningAverage? RunningAverage { get; init; } = RunningAverage.Exponential(newWeight: 0.1);

    /// <summary>
    /// Which variance the running statistics keep. Default: the sample's. (The population's always normalizes the batch.)
    /// </summary>
    public VarianceEstimator RunningVariance { get; init; } = VarianceEstimator.Sample;

    /// <summary>What the running statistics do with a batch that holds NaN or infinity. Default: skip and count it.</summary>
    public NonFinitePolicy NonFiniteBatches { get; init; } = NonFinitePolicy.Skip;

    /// <summary>The axis of the channels: 1 for [N, C, *] (the default), −1 for channel-last [N, *, C].</summary>
    public int ChannelAxis { get; init; } = 1;

    /// <summary>
    /// Makes replicas that each see a share of the batch normalize as one (synchronized batch normalization); null, the
    /// default, for a layer on its own.
    /// </summary>
    public IStatisticsExchange? Exchange { get; init; }

    /// <summary>PyTorch's conventions: momentum weighs the new batch, the running variance is the sample's.</summary>
    /// <param name="momentum">PyTorch's momentum; null for the cumulative average.</param>
    /// <param name="epsilon">ε.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not above 0 and at most 1.</exception>
    public static BatchNormOptions FromPyTorch(double? momentum = 0.1, double epsilon = 1e-5) => new()
    {
        Epsilon = epsilon,
        RunningAverage = RunningAverage.FromPyTorch(momentum),
        RunningVariance = VarianceEstimator.Sample,
    };

    /// <summary>
    /// Keras's conventions: momentum weighs the average so far, the running variance is the population's, channels come last.
    /// </summary>
    /// <param name="momentum">Keras's momentum.</param>
    /// <param name="epsilon">ε.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not at least 0 and below 1.</exception>
    public static BatchNormOptions FromKeras(double momentum = 0.99, double epsilon = 1e-3) => new()
    {
        Epsilon = epsilon,
        RunningAverage = RunningAverage.FromKeras(momentum),
        RunningVariance = VarianceEstimator.Population,
        ChannelAxis = -1,
    };

    /// <summary>ONNX's conventions: momentum weighs the average so far, the running variance is the population's.</summary>
    /// <param name="momentum">ONNX's momentum.</param>
    /// <param name="epsilon">ε.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not at least 0 and below 1.</exception>
    public static BatchNormOptions FromOnnx(double momentum = 0.9, double epsilon = 1e-5) => new()
    {
        Epsilon = epsilon,
        RunningAverage = RunningAverage.FromOnnx(momentum),
        RunningVariance = VarianceEstimator.Population,
    };

    /// <summary>The running statistics that these options ask for; null if they ask for none.</summary>
    /// <param name="channels">The number of channels.</param>
    internal RunningStatistics? CreateRunningStatistics(int channels) =>
        RunningStatistics.Of(channels, RunningAverage, RunningVariance, NonFiniteBatches);
}
