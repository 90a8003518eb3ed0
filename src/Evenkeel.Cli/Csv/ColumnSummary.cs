using Evenkeel.Numerics;

namespace Evenkeel.Cli.Csv;

/// <summary>What a column holds.</summary>
internal sealed class ColumnSummary
{
    /// <summary>Count, mean and squared deviations of its numbers.</summary>
    public Moments Moments { get; private set; } = Moments.Empty;

    /// <summary>Its smallest and largest number.</summary>
    public Extrema Extrema { get; private set; } = Extrema.Empty;

    /// <summary>How its numbers are distributed.</summary>
    public DyadicHistogram Histogram { get; } = new();

    /// <summary>How many cells are empty, NaN or otherwise missing.</summary>
    public long Missing { get; private set; }

    /// <summary>How many cells are no finite numbers, but something else.</summary>
    public long Others { get; private set; }

    /// <summary>Takes in a cell.</summary>
    public void Add(CellKind kind, double value)
    {
        switch (kind)
        {
            case CellKind.Number:
                Moments = Moments.Merge(Moments, Moments.Of(value));
                Extrema = Extrema.Merge(Extrema, new Extrema(value, value));
                Histogram.Add(value);
                break;
            case CellKind.Missing:
                Missing++;
                break;
            default:
                Others++;
                break;
        }
    }

    /// <summary>Takes in the cells of another summary.</summary>
    public void Merge(ColumnSummary other)
    {
        Moments = Moments.Merge(Moments, other.Moments);
        Extrema = Extrema.Merge(Extrema, other.Extrema);
        Histogram.Merge(other.Histogram);
        Missing += other.Missing;
        Others += other.Others;
    }
}
