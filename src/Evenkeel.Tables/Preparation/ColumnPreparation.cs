using System.Text.Json;
using Evenkeel.Formats;

namespace Evenkeel.Tables.Preparation;

/// <summary>How one column of a table becomes features of a network; fitted once, then the same for every table.</summary>
public abstract class ColumnPreparation
{
    private protected ColumnPreparation(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The name of the column.</summary>
    public string Name { get; }

    /// <summary>Whether the preparation was fitted.</summary>
    public abstract bool IsFitted { get; }

    /// <summary>The names of the features, such as <c>age</c> or <c>city=Berlin</c>.</summary>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    public abstract IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The kind of preparation in files.</summary>
    internal abstract string Kind { get; }

    /// <summary>How often the table must be read to fit the preparation.</summary>
    internal abstract int Passes { get; }

    /// <summary>Creates a preparation of this column and settings that is not fitted.</summary>
    /// <exception cref="InvalidOperationException">The preparation was read from a file, and cannot be fitted again.</exception>
    internal abstract ColumnPreparation Unfitted();

    /// <summary>Forgets what the preparation was fitted to.</summary>
    /// <exception cref="InvalidOperationException">The preparation was read from a file, and cannot be fitted again.</exception>
    internal abstract void Reset();

    /// <summary>Takes the cells of a chunk.</summary>
    /// <param name="cells">The cells of this column.</param>
    /// <exception cref="ColumnFitException">The column has too many categories, or values that cannot be scaled together.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    internal abstract void Observe(in ColumnCells cells);

    /// <summary>Ends a pass over the table.</summary>
    /// <param name="pass">The number of the pass, from 0.</param>
    /// <exception cref="ColumnFitException">The column has nothing to fit to, or values that cannot be scaled together.</exception>
    internal abstract void EndPass(int pass);

    /// <summary>Writes the features of the cells: those of row r begin at r · <paramref name="width"/>.</summary>
    /// <param name="cells">The cells of this column.</param>
    /// <param name="features">The features of all columns, from the first one of this column on.</param>
    /// <param name="width">The number of features of all columns.</param>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    internal abstract void Transform(in ColumnCells cells, Span<float> features, int width);

    /// <summary>Whether a preparation is of the same kind and settings, so that the two can be merged.</summary>
    internal abstract bool IsLike(ColumnPreparation other);

    /// <summary>Computes the statistics of this preparation and of one of equal settings that was fitted to other rows.</summary>
    /// <returns>What makes them those of this preparation, and cannot fail.</returns>
    /// <exception cref="ColumnFitException">There are too many categories.</exception>
    /// <exception cref="InvalidOperationException">One of the two has statistics that cannot be continued.</exception>
    internal abstract Action Merged(ColumnPreparation other);

    /// <summary>Adds the column that features came from to a table.</summary>
    /// <param name="features">The features of all columns, from the first one of this column on.</param>
    /// <param name="width">The number of features of all columns.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="table">Receives the column.</param>
    /// <exception cref="NotSupportedException">The scaler has no inverse.</exception>
    internal abstract void InverseTransform(ReadOnlySpan<float> features, int width, int rows, TableColumns table);

    /// <summary>Writes the settings and statistics.</summary>
    internal abstract void Write(Utf8JsonWriter json);

    /// <summary>Reads a preparation that <see cref="Write"/> wrote.</summary>
    internal static ColumnPreparation Read(JsonFields fields)
    {
        string name = fields.Text("name"), kind = fields.Text("kind");
        try
        {
            ColumnPreparation column = fields.Make<ColumnPreparation>(_ => kind switch
            {
                NumberPreparation.KindInFiles => NumberPreparation.Read(name, fields),
                CategoryPreparation.KindInFiles => CategoryPreparation.Read(name, fields),
                _ => throw fields.Error("kind", $"is \"{kind}\"; expected number or category"),
            });
            fields.End();
            return column;
        }
        catch (ColumnFitException e)
        {
            throw fields.Error(e.Reason);
        }
    }

    private protected void CheckFitted()
    {
        if (!IsFitted)
        {
            throw new InvalidOperationException($"The preparation of column '{Name}' is not fitted: call Fit first.");
        }
    }
}
