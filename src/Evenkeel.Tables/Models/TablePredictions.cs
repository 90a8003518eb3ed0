using System.Numerics.Tensors;

namespace Evenkeel.Tables;

/// <summary>The predictions of a model for the rows of a table, in their order.</summary>
public sealed class TablePredictions
{
    private readonly ReadOnlyMemory<float> _probabilities;
    private readonly ReadOnlyMemory<double> _values;

    internal TablePredictions(IReadOnlyList<string> classes, ReadOnlyMemory<float> probabilities, ReadOnlyMemory<double> values)
    {
        Classes = classes;
        _probabilities = probabilities;
        _values = values;
        Count = classes.Count > 0 ? probabilities.Length / classes.Count : values.Length;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The names of the classes, in the order of <see cref="Probabilities"/>; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The probabilities of all rows, [rows, classes].</summary>
    internal ReadOnlySpan<float> AllProbabilities => _probabilities.Span;

    /// <summary>The numbers of all rows.</summary>
    internal ReadOnlySpan<double> AllValues => _values.Span;

    /// <summary>The probability of each class, in the order of <see cref="Classes"/>; empty for a regression.</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> Probabilities(int row)
    {
        CheckRow(row);
        return _probabilities.Span.Slice(row * Classes.Count, Classes.Count);
    }

    /// <summary>The number of the most probable class.</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">The model predicts numbers.</exception>
    public int ClassIndex(int row) => Classes.Count > 0
        ? TensorPrimitives.IndexOfMax(Probabilities(row))
        : throw new InvalidOperationException("The model predicts numbers, not classes.");

    /// <summary>The name of the most probable class.</summary>
    /// <inheritdoc cref="ClassIndex"/>
    public string Class(int row) => Classes[ClassIndex(row)];

    /// <summary>The predicted number.</summary>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    /// <exception cref="InvalidOperationException">The model predicts classes.</exception>
    public double Value(int row)
    {
        CheckRow(row);
        return Classes.Count == 0
            ? _values.Span[row]
            : throw new InvalidOperationException("The model predicts classes, not numbers.");
    }

    private void CheckRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
    }
}
