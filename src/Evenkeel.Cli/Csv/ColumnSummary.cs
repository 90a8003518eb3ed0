using Evenkeel.Numerics;

namespace Evenkeel.Cli.Csv;

/// <summary>The statistics of a column.</summary>
internal sealed class ColumnSummary
{
    /// <summary>Count, mean and sum of squared deviations of the numbers.</summary>
    public Moments Moments { get; private set; } = Moments.Empty;

    /// <summary>The smallest and the largest number.</summary>
    public Extrema Extrema { get; private set; } = Extrema.Empty;

    /// <summary>The histogram of the numbers.</summary>
    public DyadicHistogram Histogram { get; } = new();

    /// <summary>The number of missing cells.</summary>
    public long Missing { get; private set; }

    /// <summary>The number of cells that are neither finite numbers nor missing.</summary>
    public long Others { get; private set; }

    /// <summary>Adds a cell.</summary>
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

    /// <summary>Adds the cells of another summary.</summary>
    public void Merge(ColumnSummary other)
    {
        Moments = Moments.Merge(Moments, other.Moments);
        Extrema = Extrema.Merge(Extrema, other.Extrema);
        Histogram.Merge(other.Histogram);
        Missing += other.Missing;
        Others += other.Others;
    }
}
