using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Metrics;

/// <summary>The measures of predicted values: R² and the errors, where an error is e = prediction − target.</summary>
/// <remarks>
/// <para>
/// Samples are added in any number of calls, with the same bits, and measures of parts of the data are merged, up to rounding. Computations
/// are in double precision; targets enter by their distance from the first one, so that a large offset costs no digits. Results beyond the
/// range of double precision are infinite or NaN. Not for use by two threads at once: give each thread its own, and merge them.
/// </para>
/// <para>Source: scikit-learn's <c>r2_score</c>, <c>mean_squared_error</c>, <c>mean_absolute_error</c> and <c>max_error</c>.</para>
/// </remarks>
public sealed class RegressionMetrics
{
    private const int BatchSize = 250;

    private double _shift;
    private Moments _distances;
    private double _sum;
    private double _absolute;
    private double _squares;
    private double _largest;

    /// <summary>The number of samples.</summary>
    public long Count { get; private set; }

    /// <summary>The coefficient of determination, R² = 1 − Σe²/Σ(target − mean)², at most 1; NaN below two samples.</summary>
    /// <remarks>If all targets are equal, 1 if all errors are 0, otherwise 0, as by default in scikit-learn.</remarks>
    public double RSquared
    {
        get
        {
            double total = _distances.SumOfSquaredDeviations;
            return Count < 2 ? double.NaN : total != 0 ? 1 - _squares / total : _squares == 0 ? 1 : 0;
        }
    }

    /// <summary>The mean squared error, Σe²/n; NaN without samples.</summary>
    public double MeanSquaredError => _squares / Count;

    /// <summary>The root mean squared error, √(Σe²/n), in the unit of the targets; NaN without samples.</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>The mean absolute error, Σ|e|/n, in the unit of the targets; NaN without samples.</summary>
    public double MeanAbsoluteError => _absolute / Count;

    /// <summary>The mean error, Σe/n, in the unit of the targets: positive if predictions are too high; NaN without samples.</summary>
    public double MeanError => _sum / Count;

    /// <summary>The largest |e|, in the unit of the targets; NaN without samples.</summary>
    public double MaximumError => Count == 0 ? double.NaN : _largest;

    /// <summary>The moments of the targets.</summary>
    public Moments Targets => _distances with { Mean = _shift + _distances.Mean };

    /// <summary>Measures the predictions of a network on a dataset, in inference.</summary>
    /// <param name="network">A network with one output per sample: [N] or [N, 1].</param>
    /// <param name="data">The samples, with one target each: [N] or [N, 1].</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentNullException"><paramref name="network"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample has several targets, or the network gives several outputs for it.</exception>
    /// <exception cref="ArgumentException">The inputs do not fit the network, or a target or output is not finite.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static RegressionMetrics Of(Layer network, Dataset<float> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        var metrics = new RegressionMetrics();
        using ThreadGuard.Scope call = network.Enter();
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dataset<float> batch = data.Slice(start, Math.Min(BatchSize, data.Count - start));
            Tensor<float> output = network.Predict(batch.Inputs);
            if (batch.Targets.FlattenedLength != batch.Count || output.FlattenedLength != batch.Count)
            {
                throw new ArgumentException(
                    $"The targets are {Shape.Describe(batch.Targets)} and the outputs {Shape.Describe(output)}; expected one of each per "
                    + "sample. Add the columns of several to metrics of their own.",
                    nameof(network));
            }

            metrics.Add(batch.Targets.Elements(), output.Elements(), start);
        }

        return metrics;
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="target">The true value, finite.</param>
    /// <param name="prediction">The predicted value, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not finite.</exception>
    public void Add(double target, double prediction)
    {
        CheckFinite(target, nameof(target));
        CheckFinite(prediction, nameof(prediction));
        Append(target, prediction);
    }

    /// <summary>Adds samples; none if it throws.</summary>
    /// <param name="targets">The true value of each sample, finite.</param>
    /// <param name="predictions">The predicted value of each sample, finite.</param>
    /// <exception cref="ArgumentException">The numbers of targets and predictions differ.</exception>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public void Add(ReadOnlySpan<double> targets, ReadOnlySpan<double> predictions)
    {
        SampleChecks.Lengths(targets.Length, predictions.Length, nameof(predictions), nameof(targets));
        Check(targets, predictions, 0);
        Append(targets, predictions);
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{double}, ReadOnlySpan{double})"/>
    public void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions) => Add(targets, predictions, 0);

    /// <summary>Adds the samples of other measures.</summary>
    /// <param name="other">The other measures; they are not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void Merge(RegressionMetrics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
        {
            return;
        }

        _shift = Count == 0 ? other._shift : _shift;
        Moments distances = other._distances;
        _distances = Moments.Merge(_distances, distances with { Mean = distances.Mean + (other._shift - _shift) });
        _sum += other._sum;
        _absolute += other._absolute;
        _squares += other._squares;
        _largest = Math.Max(_largest, other._largest);
        Count += other.Count;
    }

    private static void CheckFinite(double value, string name)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, Invariant($"The {name} is {value}; it must be finite."));
        }
    }

    private void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int first)
    {
        SampleChecks.Lengths(targets.Length, predictions.Length, nameof(predictions), nameof(targets));
        Span<double> wideTargets = stackalloc double[BatchSize], widePredictions = stackalloc double[BatchSize];
        for (int pass = 0; pass < 2; pass++)
        {
            // The first pass checks all samples, so that none is added if one is refused.
            for (int start = 0; start < targets.Length; start += BatchSize)
            {
                int count = Math.Min(BatchSize, targets.Length - start);
                TensorPrimitives.ConvertChecked(targets.Slice(start, count), wideTargets);
                TensorPrimitives.ConvertChecked(predictions.Slice(start, count), widePredictions);
                if (pass == 0)
                {
                    Check(wideTargets[..count], widePredictions[..count], first + start);
                }
                else
                {
                    Append(wideTargets[..count], widePredictions[..count]);
                }
            }
        }
    }

    private static void Check(ReadOnlySpan<double> targets, ReadOnlySpan<double> predictions, int first)
    {
        SampleChecks.Finite(targets, nameof(targets), "target", first);
        SampleChecks.Finite(predictions, nameof(predictions), "prediction", first);
    }

    private void Append(ReadOnlySpan<double> targets, ReadOnlySpan<double> predictions)
    {
        for (int i = 0; i < targets.Length; i++)
        {
            Append(targets[i], predictions[i]);
        }
    }

    private void Append(double target, double prediction)
    {
        if (Count++ == 0)
        {
            _shift = target;
        }

        _distances = Moments.Merge(_distances, Moments.Of(target - _shift));
        double error = prediction - target;
        _sum += error;
        _absolute += Math.Abs(error);
        _squares += error * error;
        _largest = Math.Max(_largest, Math.Abs(error));
    }
}
