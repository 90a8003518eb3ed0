namespace Evenkeel.Normalization;

/// <summary>How running statistics average over batches.</summary>
/// <remarks>
/// Frameworks call one number "momentum" and mean opposite things: PyTorch's 0.1 and Keras's 0.99 both weigh the new
/// batch lightly. Here the weight of the <em>new</em> batch is said by name.
/// </remarks>
public sealed record RunningAverage
{
    private readonly double? _newWeight;

    private RunningAverage(double? newWeight) => _newWeight = newWeight;

    /// <summary>The plain mean over all batches so far: the n-th batch has weight 1/n.</summary>
    public static RunningAverage Cumulative { get; } = new((double?)null);

    /// <summary>The exponential average: average ← (1 − newWeight)·average + newWeight·batch.</summary>
    /// <param name="newWeight">The weight of the new batch, above 0 and at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="newWeight"/> is not above 0 and at most 1.</exception>
    public static RunningAverage Exponential(double newWeight) => newWeight is > 0 and <= 1
        ? new RunningAverage(newWeight)
        : throw new ArgumentOutOfRangeException(
            nameof(newWeight), newWeight, "The weight of the new batch must be above 0 and at most 1.");

    /// <summary>What PyTorch calls momentum: the weight of the new batch; null for the cumulative average.</summary>
    /// <param name="momentum">PyTorch's momentum, above 0 and at most 1, or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not above 0 and at most 1.</exception>
    public static RunningAverage FromPyTorch(double? momentum) => momentum is { } weight ? Exponential(weight) : Cumulative;

    /// <summary>What Keras calls momentum: the weight of the average so far.</summary>
    /// <param name="momentum">Keras's momentum, at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not at least 0 and below 1.</exception>
    public static RunningAverage FromKeras(double momentum) => FromWeightOfOld(momentum);

    /// <summary>What ONNX calls momentum: the weight of the average so far.</summary>
    /// <param name="momentum">ONNX's momentum, at least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The momentum is not at least 0 and below 1.</exception>
    public static RunningAverage FromOnnx(double momentum) => FromWeightOfOld(momentum);

    /// <summary>The weight of the new batch; null for the cumulative average.</summary>
    public double? NewWeight => _newWeight;

    /// <summary>The weight of a new batch where there were <paramref name="batchesBefore"/> already.</summary>
    /// <param name="batchesBefore">How many batches the average has taken in.</param>
    public double WeightOfNext(long batchesBefore) => _newWeight ?? 1.0 / (batchesBefore + 1);

    private static RunningAverage FromWeightOfOld(double momentum) => momentum is >= 0 and < 1
        ? new RunningAverage(1 - momentum)
        : throw new ArgumentOutOfRangeException(
            nameof(momentum), momentum, "The weight of the average so far must be at least 0 and below 1.");

    /// <inheritdoc/>
    public override string ToString() =>
        _newWeight is { } weight ? FormattableString.Invariant($"exponential, new weight {weight}") : "cumulative";
}
