using System.Numerics;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;
using static System.FormattableString;

namespace Evenkeel.Metrics;

/// <summary>All measures of a classifier's probabilities, from one pass over the samples.</summary>
/// <remarks>
/// <para>
/// The predicted class is the one with the largest probability, the first of equal ones. Samples are added in any number of calls, with the
/// same bits, and measures of parts of the data are merged: counts and ROC curves exactly, the others up to rounding. Computations are in
/// double precision. Not for use by two threads at once: give each thread its own, and merge them.
/// </para>
/// <para>Shapes: K classes, labels [N] from 0 to K − 1, probabilities or logits [N, K] in row-major order.</para>
/// </remarks>
public sealed class ClassificationMetrics
{
    private const int BatchSize = 250;

    /// <summary>The distance of 1 from the next larger number: probabilities are clipped to it for the logarithm.</summary>
    private const double SingleEpsilon = 1.0 / (1 << 23), DoubleEpsilon = 1.0 / (1L << 52);

    private readonly RocScores[]? _scores;
    private readonly double[] _row;
    private double _logLoss;
    private double _squares;

    /// <summary>Creates measures without samples.</summary>
    /// <param name="classes">The number of classes, from 2 to <see cref="ConfusionMatrix.MaximumClasses"/>.</param>
    /// <param name="keepScores">
    /// False to do without ROC curves, and without the memory for their scores: 8 bytes per sample and class.
    /// </param>
    /// <param name="names">The names of the classes, for <see cref="ConfusionMatrix.ToString"/>; their numbers if null.</param>
    /// <param name="bins">The number of bins of <see cref="Calibration"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="classes"/> is below 2 or above <see cref="ConfusionMatrix.MaximumClasses"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="bins"/> is below 1 or above <see cref="CalibrationCurve.MaximumBins"/>.
    /// </exception>
    /// <exception cref="ArgumentException">The number of names is not that of classes, or a name is null.</exception>
    public ClassificationMetrics(
        int classes, bool keepScores = true, IReadOnlyList<string>? names = null, int bins = CalibrationCurve.DefaultBins)
    {
        Confusion = new ConfusionMatrix(classes, names);
        Calibration = new CalibrationCurve(bins);
        _row = new double[classes];
        _scores = keepScores ? [.. Enumerable.Range(0, classes).Select(_ => new RocScores())] : null;
    }

    /// <summary>The number of classes, K.</summary>
    public int Classes => Confusion.Classes;

    /// <summary>The number of samples.</summary>
    public long Count => Confusion.Count;

    /// <summary>The numbers of samples by actual and predicted class, with accuracy, precision, recall and F1.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>
    /// The calibration: for two classes, of the probability of class 1; for more, of the predicted class's probability that it is correct.
    /// </summary>
    public CalibrationCurve Calibration { get; }

    /// <summary>The mean of −log p[label], the cross-entropy in nats; NaN without samples.</summary>
    /// <remarks>
    /// As in scikit-learn's <c>log_loss</c>, probabilities are clipped to the range from ε to 1 − ε, with the ε of their type (2⁻²³ or
    /// 2⁻⁵²; for logits 2⁻⁵²), and a sample's are divided by their sum.
    /// </remarks>
    public double LogLoss => _logLoss / Count;

    /// <summary>The Brier score: the mean squared error of the probabilities; NaN without samples.</summary>
    /// <remarks>
    /// For two classes the mean of (p₁ − y)², 0 to 1, as scikit-learn's <c>brier_score_loss</c>; for more the mean of Σₖ (pₖ − yₖ)², 0 to
    /// 2, with yₖ = 1 for the label and 0 for others. Source: Brier, "Verification of forecasts expressed in terms of probability", 1950.
    /// </remarks>
    public double BrierScore => _squares / Count;

    /// <summary>Measures the predictions of a network on a dataset, in inference.</summary>
    /// <param name="network">A network with outputs [N, K]; or [N] or [N, 1], those of class 1 of two.</param>
    /// <param name="data">The samples, with labels [N] or [N, 1].</param>
    /// <param name="areProbabilities">
    /// True if the outputs are probabilities; false if they are logits, whose softmax is taken; null to find out: they are probabilities if
    /// the network is a <see cref="Sequential"/> that ends with <see cref="Softmax"/> or <see cref="Sigmoid"/>.
    /// </param>
    /// <param name="keepScores">False to do without ROC curves, and without the memory for their scores.</param>
    /// <param name="names">The names of the classes, for <see cref="ConfusionMatrix.ToString"/>; their numbers if null.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentNullException"><paramref name="network"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The inputs do not fit the network, or its outputs are not of rank 1 or 2.</exception>
    /// <exception cref="ArgumentException">A label is not one of the classes, or a sample has several.</exception>
    /// <exception cref="ArgumentException">A logit is not finite, or the outputs of a sample are no probabilities.</exception>
    /// <exception cref="ArgumentException">The number of names is not that of classes, or a name is null.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public static ClassificationMetrics Of(
        Layer network,
        Dataset<int> data,
        bool? areProbabilities = null,
        bool keepScores = true,
        IReadOnlyList<string>? names = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Targets.FlattenedLength != data.Count)
        {
            throw new ArgumentException($"The labels are {Shape.Describe(data.Targets)}; expected one per sample, [N].", nameof(data));
        }

        bool areLogits = !(areProbabilities ?? EndsWithProbabilities(network));
        ClassificationMetrics? metrics = null;
        using ThreadGuard.Scope call = network.Enter();
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dataset<int> batch = data.Slice(start, Math.Min(BatchSize, data.Count - start));
            Tensor<float> output = network.Predict(batch.Inputs);
            if (metrics is null)
            {
                metrics = new ClassificationMetrics(ClassesOf(output, nameof(network)), keepScores, names);
                SoftmaxRows.CheckLabels(data.Targets.Elements(), metrics.Classes, nameof(data));
            }

            metrics.Add<float>(batch.Targets.Elements(), output.Elements(), nameof(network), areLogits, start);
        }

        return metrics!; // a dataset has at least one sample
    }

    /// <summary>Adds samples by their probabilities; none if it throws.</summary>
    /// <param name="labels">The actual class of each sample, from 0, [N].</param>
    /// <param name="probabilities">The probability of each class, [N, K]; for two classes also [N], that of class 1.</param>
    /// <exception cref="ArgumentException">The numbers of labels and probabilities do not fit.</exception>
    /// <exception cref="ArgumentException">A label is not from 0 to K − 1.</exception>
    /// <exception cref="ArgumentException">
    /// A probability is not from 0 to 1, or the sum of a sample's probabilities differs from 1 by more than 0.001.
    /// </exception>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities) =>
        Add(labels, probabilities, nameof(probabilities), areLogits: false, first: 0);

    /// <inheritdoc cref="Add(ReadOnlySpan{int}, ReadOnlySpan{double})"/>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<float> probabilities) =>
        Add(labels, probabilities, nameof(probabilities), areLogits: false, first: 0);

    /// <summary>Adds samples by their logits, whose softmax is taken in double precision; none if it throws.</summary>
    /// <param name="labels">The actual class of each sample, from 0, [N].</param>
    /// <param name="logits">The logit of each class, [N, K]; for two classes also [N], that of class 1 if that of class 0 is 0.</param>
    /// <exception cref="ArgumentException">The numbers of labels and logits do not fit.</exception>
    /// <exception cref="ArgumentException">A label is not from 0 to K − 1, or a logit is not finite.</exception>
    public void AddLogits(ReadOnlySpan<int> labels, ReadOnlySpan<float> logits) =>
        Add(labels, logits, nameof(logits), areLogits: true, first: 0);

    /// <summary>Adds the samples of other measures.</summary>
    /// <param name="other">Measures with as many classes and bins; they are not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The numbers of classes or bins differ, or one of the two does without ROC curves.</exception>
    public void Merge(ClassificationMetrics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        SampleChecks.SameClasses(Classes, other.Classes, nameof(other));
        Calibration.CheckBins(other.Calibration, nameof(other));
        if (_scores is null != other._scores is null)
        {
            throw new ArgumentException("One of the two keeps scores for ROC curves, the other does not.", nameof(other));
        }

        Confusion.Merge(other.Confusion);
        Calibration.Merge(other.Calibration);
        _logLoss += other._logLoss;
        _squares += other._squares;
        for (int k = 0; k < (_scores?.Length ?? 0); k++)
        {
            _scores![k].Merge(other._scores![k]);
        }
    }

    /// <summary>Returns the ROC curve of a class's probability: samples of this class against all others.</summary>
    /// <param name="positive">The class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The class is not from 0 to K − 1.</exception>
    /// <exception cref="InvalidOperationException">No samples are of the class, or all are.</exception>
    /// <exception cref="InvalidOperationException">The measures do without ROC curves.</exception>
    public RocCurve Roc(int positive)
    {
        RocScores[] scores = ScoresOrThrow();
        if ((uint)positive >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(positive), positive, Invariant($"{positive} is not one of the {Classes} classes, 0 to {Classes - 1}."));
        }

        return scores[positive].HasBothClasses ? scores[positive].Curve() : throw new InvalidOperationException(
            Invariant($"Of {Count} samples, {scores[positive].Positives} are of class {positive}; its ROC curve needs these and others."));
    }

    /// <summary>
    /// Returns the area under the ROC curve: for two classes that of class 1, for more the mean over the classes, each against the others.
    /// </summary>
    /// <remarks>As scikit-learn's <c>roc_auc_score</c>, with <c>multi_class="ovr"</c> for more than two classes.</remarks>
    /// <exception cref="InvalidOperationException">A class has no samples: see <see cref="HasAllClasses"/>.</exception>
    /// <exception cref="InvalidOperationException">The measures do without ROC curves.</exception>
    public double RocArea()
    {
        ScoresOrThrow();
        if (Classes == 2)
        {
            return Roc(1).Area;
        }

        double sum = 0;
        for (int k = 0; k < Classes; k++)
        {
            sum += Roc(k).Area;
        }

        return sum / Classes;
    }

    /// <summary>True if each class has samples, so that <see cref="RocArea"/> is defined.</summary>
    public bool HasAllClasses => Enumerable.Range(0, Classes).All(k => Confusion.Scores(k).Support > 0);

    private static bool EndsWithProbabilities(Layer layer) => layer is Softmax or Sigmoid
        || (layer is Sequential network && network.Layers.Count > 0 && EndsWithProbabilities(network.Layers[^1]));

    private static int ClassesOf(Tensor<float> output, string name) => output.Rank switch
    {
        1 => 2,
        2 => Math.Max(2, (int)output.Lengths[1]),
        _ => throw new ArgumentException(
            $"The outputs are {Shape.Describe(output)}; expected [N, classes], or [N] for two classes.", name),
    };

    private RocScores[] ScoresOrThrow() => _scores ?? throw new InvalidOperationException(
        "There are no ROC curves, since the scores were not kept: create the measures with keepScores.");

    private void Add<T>(ReadOnlySpan<int> labels, ReadOnlySpan<T> values, string name, bool areLogits, int first)
        where T : unmanaged, INumberBase<T>
    {
        int width = Classes == 2 && values.Length == labels.Length ? 1 : Classes;
        if (values.Length != (long)labels.Length * width)
        {
            throw new ArgumentException(
                Invariant($"There are {values.Length} values for {labels.Length} labels; expected {Classes} per label, one per class."),
                name);
        }

        SoftmaxRows.CheckLabels(labels, Classes, nameof(labels));
        double epsilon = areLogits || typeof(T) == typeof(double) ? DoubleEpsilon : SingleEpsilon;
        for (int i = 0; i < labels.Length; i++)
        {
            Read(values.Slice(i * width, width), areLogits);
            Check(first + i, name, areLogits);
        }

        for (int i = 0; i < labels.Length; i++)
        {
            Read(values.Slice(i * width, width), areLogits);
            int predicted = TensorPrimitives.IndexOfMax<double>(_row);
            if (areLogits)
            {
                TakeSoftmax();
            }

            Append(labels[i], predicted, epsilon);
        }
    }

    private void Read<T>(ReadOnlySpan<T> values, bool areLogits)
        where T : unmanaged, INumberBase<T>
    {
        TensorPrimitives.ConvertChecked(values, _row.AsSpan(Classes - values.Length));
        if (values.Length < Classes)
        {
            _row[0] = areLogits ? 0 : 1 - _row[1];
        }
    }

    private void Check(int sample, string name, bool areLogits)
    {
        double sum = 0;
        foreach (double value in _row)
        {
            if (areLogits ? !double.IsFinite(value) : !(value >= 0 && value <= 1))
            {
                throw new ArgumentException(
                    areLogits
                        ? Invariant($"A logit of sample {sample} is {value}; it must be finite.")
                        : Invariant($"A probability of sample {sample} is {value}; it must be from 0 to 1. Take the softmax of logits."),
                    name);
            }

            sum += value;
        }

        if (!areLogits && Math.Abs(sum - 1) > SampleChecks.SumTolerance)
        {
            throw new ArgumentException(
                Invariant($"The probabilities of sample {sample} add up to {sum}, not to 1. Take the softmax of logits."), name);
        }
    }

    private void TakeSoftmax()
    {
        double max = TensorPrimitives.Max<double>(_row), sum = 0;
        for (int k = 0; k < _row.Length; k++)
        {
            _row[k] = ElementaryFunctions.Exp(_row[k] - max);
            sum += _row[k];
        }

        for (int k = 0; k < _row.Length; k++)
        {
            _row[k] /= sum;
        }
    }

    private void Append(int label, int predicted, double epsilon)
    {
        double sum = 0, squares = 0;
        for (int k = 0; k < _row.Length; k++)
        {
            double p = _row[k], error = k == label ? p - 1 : p;
            sum += Math.Clamp(p, epsilon, 1 - epsilon);
            squares += k == 0 && Classes == 2 ? 0 : error * error;
            _scores?[k].Append(k == label, p);
        }

        _logLoss -= ElementaryFunctions.Log(Math.Clamp(_row[label], epsilon, 1 - epsilon) / sum);
        _squares += squares;
        Confusion.Add(label, predicted);
        if (Classes == 2)
        {
            Calibration.Append(label == 1, _row[1]);
        }
        else
        {
            Calibration.Append(predicted == label, _row[predicted]);
        }
    }
}
