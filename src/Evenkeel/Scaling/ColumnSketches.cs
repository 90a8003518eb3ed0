using System.Numerics;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A quantile sketch of each column of a table that comes in parts.</summary>
internal sealed class ColumnSketches
{
    private readonly QuantileSketch[] _columns;
    private readonly double _limit;

    /// <summary>Makes empty sketches.</summary>
    /// <param name="columns">How many.</param>
    /// <param name="capacity">The capacity of each.</param>
    /// <param name="limit">The largest value that is taken.</param>
    public ColumnSketches(int columns, int capacity, double limit)
        : this([.. Enumerable.Range(0, columns).Select(_ => new QuantileSketch(capacity))], limit)
    {
    }

    private ColumnSketches(QuantileSketch[] columns, double limit) => (_columns, _limit) = (columns, limit);

    /// <summary>The sketches, one per column.</summary>
    public IReadOnlyList<QuantileSketch> Columns => _columns;

    /// <summary>Sketches that hold the same, and go on on their own.</summary>
    public ColumnSketches Copy() => new(Array.ConvertAll(_columns, sketch => sketch.Copy()), _limit);

    /// <summary>Adds a part of the table, or throws and adds nothing.</summary>
    public void Add<T>(in Table<T> table, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        table.RefuseInfinity(nameof(table));
        var extrema = new Extrema[table.Columns];
        if (weights.IsEmpty)
        {
            ChannelExtrema.Compute(table.Elements, table.View, extrema);
        }
        else
        {
            ChannelExtrema.Compute(table.Elements, table.View, weights, extrema);
        }

        for (int c = 0; c < extrema.Length; c++)
        {
            CheckLimit(table.NumberOf(c), extrema[c], _limit, nameof(table));
        }

        CheckTotalWeight(TensorPrimitives.Sum(weights), nameof(weights));
        ColumnBlocks.Run(table.Elements, table.View, weights, (column, block) => _columns[column].Add(block));
    }

    /// <summary>Takes in the sketches of other parts, or throws and takes in nothing.</summary>
    public void Merge(ColumnSketches other)
    {
        CheckTotalWeight(other._columns.Max(sketch => sketch.Count), nameof(other));
        for (int c = 0; c < _columns.Length; c++)
        {
            _columns[c].Merge(other._columns[c]);
        }
    }

    /// <summary>Throws where the sketches cannot take so much more weight.</summary>
    private void CheckTotalWeight(double more, string name) => Scaler.CheckTotalWeight(_columns.Max(sketch => sketch.Count) + more, name);

    /// <summary>Throws where values of a column are too large to be computed with.</summary>
    public static void CheckLimit(int column, Extrema extrema, double limit, string name)
    {
        if (!extrema.IsEmpty && !(extrema.Min >= -limit && extrema.Max <= limit))
        {
            throw new ColumnException(
                column,
                Invariant($"go from {extrema.Min} to {extrema.Max}; this scaler takes them up to ±{limit}"),
                name);
        }
    }

    /// <summary>The error that a scaler has no sketches to go on with.</summary>
    public static InvalidOperationException CannotGoOn() => new(
        "The scaler was fitted by Fit, or read from a file, and keeps nothing to be fitted further: begin with PartialFit instead.");
}
