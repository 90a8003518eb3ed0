using static System.FormattableString;

namespace Evenkeel.Metrics;

/// <summary>Checks of samples that are added to a measure.</summary>
internal static class SampleChecks
{
    /// <summary>The largest difference of the sum of a sample's probabilities from 1.</summary>
    public const double SumTolerance = 1e-3;

    /// <summary>Throws unless there are as many values as labels.</summary>
    public static void Lengths(int labels, int values, string name, string label = "labels")
    {
        if (labels != values)
        {
            throw new ArgumentException(Invariant($"There are {values} {name} for {labels} {label}; the numbers must be equal."), name);
        }
    }

    /// <summary>Throws if two measures that are merged differ in their classes.</summary>
    public static void SameClasses(int classes, int other, string name)
    {
        if (classes != other)
        {
            throw new ArgumentException(Invariant($"The other has {other} classes, this one has {classes}."), name);
        }
    }

    /// <summary>Throws if a label is neither 0 nor 1.</summary>
    public static void Binary(ReadOnlySpan<int> labels)
    {
        int wrong = labels.IndexOfAnyExceptInRange(0, 1);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                Invariant($"Label {labels[wrong]} of sample {wrong} is neither 0 nor 1, for a negative or a positive."), nameof(labels));
        }
    }

    /// <summary>Throws if a value is NaN or infinite.</summary>
    /// <param name="values">The values, one per sample.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="noun">What a value is.</param>
    /// <param name="first">The number of the first sample.</param>
    public static void Finite(ReadOnlySpan<double> values, string name, string noun, int first = 0)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException(Invariant($"The {noun} of sample {first + i} is {values[i]}; it must be finite."), name);
            }
        }
    }

    /// <summary>Throws if a value is not from 0 to 1.</summary>
    /// <param name="values">The values, <paramref name="perSample"/> for each sample.</param>
    /// <param name="perSample">The number of values per sample.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="advice">What to do if they are not probabilities.</param>
    public static void Probabilities(ReadOnlySpan<double> values, int perSample, string name, string advice = "")
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= 0 && values[i] <= 1))
            {
                throw new ArgumentException(
                    Invariant($"A probability of sample {i / perSample} is {values[i]}; it must be from 0 to 1.{advice}"), name);
            }
        }
    }
}
