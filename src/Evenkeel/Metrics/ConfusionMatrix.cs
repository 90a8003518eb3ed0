using System.Globalization;
using System.Text;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Metrics;

/// <summary>The numbers of samples by actual and predicted class, and the measures of classification that follow from them.</summary>
/// <remarks>
/// Samples are added in any number of calls, and matrices of parts of the data are merged, with equal results. Not for use by two threads
/// at once: give each thread a matrix of its own, and merge them.
/// </remarks>
public sealed class ConfusionMatrix
{
    /// <summary>The largest number of classes.</summary>
    public const int MaximumClasses = 10_000;

    /// <summary>The largest number of classes for which <see cref="ToString"/> shows the matrix.</summary>
    private const int MaximumShown = 25;

    private readonly long[] _counts;
    private readonly long[] _actual;
    private readonly long[] _predicted;
    private readonly string[]? _names;

    /// <summary>Creates a matrix without samples.</summary>
    /// <param name="classes">The number of classes, from 2 to <see cref="MaximumClasses"/>.</param>
    /// <param name="names">The names of the classes, for <see cref="ToString"/>; their numbers if null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="classes"/> is below 2 or above <see cref="MaximumClasses"/>.
    /// </exception>
    /// <exception cref="ArgumentException">The number of names is not that of classes, or a name is null.</exception>
    public ConfusionMatrix(int classes, IReadOnlyList<string>? names = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, MaximumClasses);
        if (names is not null && (names.Count != classes || names.Contains(null!)))
        {
            throw new ArgumentException(
                Invariant($"There are {names.Count} names for {classes} classes; expected one each."), nameof(names));
        }

        Classes = classes;
        _names = names is null ? null : [.. names];
        _counts = new long[classes * classes];
        _actual = new long[classes];
        _predicted = new long[classes];
    }

    /// <summary>The number of classes, K.</summary>
    public int Classes { get; }

    /// <summary>The number of samples.</summary>
    public long Count { get; private set; }

    /// <summary>The number of samples whose class is predicted.</summary>
    public long Correct { get; private set; }

    /// <summary>The number of samples of a class that are predicted as of a class.</summary>
    /// <param name="actual">The actual class, from 0.</param>
    /// <param name="predicted">The predicted class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class is not from 0 to K − 1.</exception>
    public long this[int actual, int predicted]
    {
        get
        {
            CheckClass(actual, nameof(actual));
            CheckClass(predicted, nameof(predicted));
            return _counts[actual * Classes + predicted];
        }
    }

    /// <summary>The fraction of samples whose class is predicted; NaN without samples.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>The mean of the recalls of all classes that have samples; NaN without samples.</summary>
    /// <remarks>Source: scikit-learn's <c>balanced_accuracy_score</c>.</remarks>
    public double BalancedAccuracy
    {
        get
        {
            double sum = 0;
            int present = 0;
            for (int k = 0; k < Classes; k++)
            {
                if (_actual[k] > 0)
                {
                    sum += Fraction(Hits(k), _actual[k]);
                    present++;
                }
            }

            return sum / present;
        }
    }

    /// <summary>The Matthews correlation of actual and predicted classes, −1 to 1; 0 if either are all the same.</summary>
    /// <remarks>
    /// <para>(c·s − Σ pₖ·tₖ)/√((s² − Σ pₖ²)·(s² − Σ tₖ²)), with s samples, c correct ones, tₖ of class k and pₖ predicted as k.</para>
    /// <para>
    /// Source: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004; for two classes, Matthews,
    /// "Comparison of the predicted and observed secondary structure of T4 phage lysozyme", 1975.
    /// </para>
    /// </remarks>
    public double MatthewsCorrelation
    {
        get
        {
            // Exact in 128 bits: no sum is above s² < 2¹²⁶.
            Int128 square = (Int128)Count * Count, both = (Int128)Correct * Count, predicted = square, actual = square;
            for (int k = 0; k < Classes; k++)
            {
                both -= (Int128)_predicted[k] * _actual[k];
                predicted -= (Int128)_predicted[k] * _predicted[k];
                actual -= (Int128)_actual[k] * _actual[k];
            }

            return predicted == 0 || actual == 0 ? 0 : (double)both / Math.Sqrt((double)predicted * (double)actual);
        }
    }

    /// <summary>The means of the classes' measures, whatever their numbers of samples.</summary>
    public ClassScores MacroAverage => Average(_ => 1);

    /// <summary>The means of the classes' measures, weighted by their numbers of samples; 0 without samples.</summary>
    public ClassScores WeightedAverage => Average(k => _actual[k]);

    /// <summary>The measures of all classes' decisions together: each is the accuracy, or 0 without samples.</summary>
    public ClassScores MicroAverage
    {
        get
        {
            double accuracy = Fraction(Correct, Count);
            return new ClassScores(accuracy, accuracy, accuracy, Count);
        }
    }

    /// <summary>Returns the measures of a class.</summary>
    /// <param name="actual">The class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The class is not from 0 to K − 1.</exception>
    public ClassScores Scores(int actual)
    {
        CheckClass(actual, nameof(actual));
        long hits = Hits(actual);
        return new ClassScores(
            Fraction(hits, _predicted[actual]),
            Fraction(hits, _actual[actual]),
            Fraction(2.0 * hits, (double)_predicted[actual] + _actual[actual]),
            _actual[actual]);
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="label">The actual class, from 0.</param>
    /// <param name="prediction">The predicted class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class is not from 0 to K − 1.</exception>
    public void Add(int label, int prediction)
    {
        CheckClass(label, nameof(label));
        CheckClass(prediction, nameof(prediction));
        AddOne(label, prediction);
    }

    /// <summary>Adds samples; none if it throws.</summary>
    /// <param name="labels">The actual class of each sample, from 0.</param>
    /// <param name="predictions">The predicted class of each sample, from 0.</param>
    /// <exception cref="ArgumentException">The numbers of labels and predictions differ.</exception>
    /// <exception cref="ArgumentException">A class is not from 0 to K − 1.</exception>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions)
    {
        SampleChecks.Lengths(labels.Length, predictions.Length, "predictions");
        SoftmaxRows.CheckLabels(labels, Classes, nameof(labels));
        int wrong = predictions.IndexOfAnyExceptInRange(0, Classes - 1);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                Invariant($"Prediction {predictions[wrong]} of sample {wrong} is not one of the {Classes} classes, 0 to {Classes - 1}."),
                nameof(predictions));
        }

        for (int i = 0; i < labels.Length; i++)
        {
            AddOne(labels[i], predictions[i]);
        }
    }

    /// <summary>Adds the samples of another matrix.</summary>
    /// <param name="other">A matrix with as many classes; it is not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The numbers of classes differ.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        SampleChecks.SameClasses(Classes, other.Classes, nameof(other));
        Count += other.Count;
        Correct += other.Correct;
        AddAll(other._counts, _counts);
        AddAll(other._actual, _actual);
        AddAll(other._predicted, _predicted);
    }

    /// <summary>Describes the matrix: a row per actual class, a column per predicted one; above 25 classes, one line.</summary>
    public override string ToString()
    {
        string summary = Invariant($"{Correct} of {Count} samples correct, {Classes} classes");
        if (Classes > MaximumShown)
        {
            return summary;
        }

        string[] heads = _names ?? [.. Enumerable.Range(0, Classes).Select(k => k.ToString(CultureInfo.InvariantCulture))];
        const string Corner = "actual \\ predicted";
        int first = Math.Max(Corner.Length, heads.Max(name => name.Length));
        int width = Math.Max(heads.Max(name => name.Length), _counts.Max().ToString(CultureInfo.InvariantCulture).Length);
        var text = new StringBuilder().Append(Corner.PadRight(first));
        foreach (string name in heads)
        {
            text.Append("  ").Append(name.PadLeft(width));
        }

        for (int k = 0; k < Classes; k++)
        {
            text.Append('\n').Append(heads[k].PadRight(first));
            for (int j = 0; j < Classes; j++)
            {
                text.Append("  ").Append(this[k, j].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }
        }

        return text.Append('\n').Append(summary).ToString();
    }

    private static double Fraction(double part, double whole) => whole == 0 ? 0 : part / whole;

    private static void AddAll(long[] from, long[] to)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += from[i];
        }
    }

    private long Hits(int k) => _counts[k * Classes + k];

    private void AddOne(int label, int prediction)
    {
        _counts[label * Classes + prediction]++;
        _actual[label]++;
        _predicted[prediction]++;
        Count++;
        Correct += label == prediction ? 1 : 0;
    }

    private ClassScores Average(Func<int, double> weight)
    {
        double precision = 0, recall = 0, f1 = 0, total = 0;
        for (int k = 0; k < Classes; k++)
        {
            ClassScores scores = Scores(k);
            double w = weight(k);
            precision += w * scores.Precision;
            recall += w * scores.Recall;
            f1 += w * scores.F1;
            total += w;
        }

        return new ClassScores(Fraction(precision, total), Fraction(recall, total), Fraction(f1, total), Count);
    }

    private void CheckClass(int value, string name)
    {
        if ((uint)value >= (uint)Classes)
        {
            throw new ArgumentOutOfRangeException(
                name, value, Invariant($"{value} is not one of the {Classes} classes, 0 to {Classes - 1}."));
        }
    }
}
