using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Evenkeel.Formats;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Transforms the columns of a table to a common range or distribution, and back.</summary>
/// <remarks>
/// <para>
/// A table is a dense span of shape [rows, columns], of <see cref="float"/> or <see cref="double"/>; row-major, or column-major as in
/// <c>new ReadOnlyTensorSpan&lt;T&gt;(data, [rows, columns], [1, rows])</c>. Computations are in double precision for both types.
/// </para>
/// <para>
/// NaN is a missing value: fitting ignores it, and it stays NaN when transformed. Infinities are rejected. A fit that throws does not
/// change the scaler.
/// </para>
/// </remarks>
public abstract class Scaler
{
    private protected Scaler()
    {
    }

    /// <summary>The number of columns; 0 before the first fit.</summary>
    public int Columns { get; private protected set; }

    /// <summary>Fits the scaler to a table, replacing what it was fitted to before.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">The table [rows, columns].</param>
    /// <param name="weights">The weight of each row, [rows], not negative: how often it counts; empty if each row counts once.</param>
    /// <exception cref="ArgumentException">The table is not dense, not of rank 2, or has no columns.</exception>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    /// <exception cref="ArgumentException">The number of weights is not that of rows.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or their sum is not finite.</exception>
    /// <exception cref="ColumnException">The values of a column are too large, or too far apart, for double precision.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void Fit<T>(in ReadOnlyTensorSpan<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(table, weights, whole: true);

    /// <inheritdoc cref="Fit{T}(in ReadOnlyTensorSpan{T}, ReadOnlySpan{double})"/>
    public void Fit<T>(Tensor<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(Span(table), weights, whole: true);

    /// <summary>Fits the scaler to another part of a table, in addition to the parts before.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">More rows, [rows, columns], with the columns of the parts before.</param>
    /// <param name="weights">The weight of each row, [rows], not negative: how often it counts; empty if each row counts once.</param>
    /// <exception cref="ArgumentException">The table is not dense, not of rank 2, or has no columns.</exception>
    /// <exception cref="ArgumentException">The number of columns differs from that of the parts before.</exception>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    /// <exception cref="ArgumentException">The number of weights is not that of rows.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or the sum of all weights is not finite.</exception>
    /// <exception cref="ColumnException">
    /// The values of a column, with those of the parts before, are too large, or too far apart, for double precision.
    /// </exception>
    /// <exception cref="InvalidOperationException">The scaler was fitted in a way that cannot be continued.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void PartialFit<T>(in ReadOnlyTensorSpan<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(table, weights, whole: false);

    /// <inheritdoc cref="PartialFit{T}(in ReadOnlyTensorSpan{T}, ReadOnlySpan{double})"/>
    public void PartialFit<T>(Tensor<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(Span(table), weights, whole: false);

    /// <summary>Merges what another scaler was fitted to, as if this one had been fitted to both.</summary>
    /// <param name="other">A scaler of the same type, settings and number of columns; it is not changed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="other"/> differs in type, settings or number of columns.</exception>
    /// <exception cref="ArgumentException">The weights of both add up to infinity.</exception>
    /// <exception cref="ColumnException">The values of a column are too far apart for double precision.</exception>
    /// <exception cref="InvalidOperationException">One of the two was fitted in a way that cannot be continued.</exception>
    public void Merge(Scaler other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!IsLike(other))
        {
            throw new ArgumentException(
                $"A {GetType().Name} merges with one of equal settings, not with this {other.GetType().Name}.", nameof(other));
        }

        if (other.Columns == 0)
        {
            return;
        }

        if (Columns != 0 && other.Columns != Columns)
        {
            throw new ArgumentException(
                Invariant($"The other scaler has {other.Columns} columns, this one has {Columns}."), nameof(other));
        }

        MergeStatistics(other);
        Columns = other.Columns;
    }

    /// <summary>Transforms a table.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">The table [rows, columns]; NaN stays NaN.</param>
    /// <param name="destination">
    /// Receives the result, infinite where it is beyond the range of <typeparamref name="T"/>, in the shape and layout of the table; may be
    /// the table itself, but must not overlap it otherwise.
    /// </param>
    /// <exception cref="ArgumentException">A table is not dense, not of rank 2, or does not have the fitted number of columns.</exception>
    /// <exception cref="ArgumentException">The shapes or layouts differ, or the destination overlaps the table in part.</exception>
    /// <exception cref="ArgumentException">An element cannot be transformed, since it is infinite; all others have been.</exception>
    /// <exception cref="InvalidOperationException">The scaler is not fitted.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void Transform<T>(in ReadOnlyTensorSpan<T> table, in TensorSpan<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, destination, inverse: false);

    /// <summary>Returns a transformed copy of a table.</summary>
    /// <inheritdoc cref="Transform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public Tensor<T> Transform<T>(Tensor<T> table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, inverse: false);

    /// <summary>Fits the scaler to a table and transforms it, as <c>Fit</c> followed by <c>Transform</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">The table [rows, columns]; NaN is ignored by the fit.</param>
    /// <param name="destination">
    /// Receives the result, infinite where it is beyond the range of <typeparamref name="T"/>, in the shape and layout of the table; may be
    /// the table itself, but must not overlap it otherwise.
    /// </param>
    /// <param name="weights">The weight of each row, [rows], not negative: how often it counts; empty if each row counts once.</param>
    /// <exception cref="ArgumentException">The table is not dense, not of rank 2, or has no columns.</exception>
    /// <exception cref="ArgumentException">An element is infinite.</exception>
    /// <exception cref="ArgumentException">The number of weights is not that of rows.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or their sum is not finite.</exception>
    /// <exception cref="ArgumentException">
    /// The shapes or layouts differ, or the destination overlaps the table in part; the scaler is fitted nevertheless.
    /// </exception>
    /// <exception cref="ColumnException">The values of a column are such that the scaler cannot be fitted to them.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void FitTransform<T>(in ReadOnlyTensorSpan<T> table, in TensorSpan<T> destination, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(table, weights);
        Transform(table, destination);
    }

    /// <summary>Fits the scaler to a table and returns a transformed copy, as <c>Fit</c> followed by <c>Transform</c>.</summary>
    /// <inheritdoc cref="FitTransform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T}, ReadOnlySpan{double})"/>
    public Tensor<T> FitTransform<T>(Tensor<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Fit(table, weights);
        return Transform(table);
    }

    /// <summary>Undoes <see cref="Transform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>, up to rounding and clipping.</summary>
    /// <inheritdoc cref="Transform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    /// <exception cref="NotSupportedException">The scaler has no inverse, as <see cref="RowNormalizer"/>.</exception>
    public void InverseTransform<T>(in ReadOnlyTensorSpan<T> table, in TensorSpan<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, destination, inverse: true);

    /// <summary>Returns a copy of a table with <see cref="Transform{T}(Tensor{T})"/> undone, up to rounding and clipping.</summary>
    /// <inheritdoc cref="InverseTransform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public Tensor<T> InverseTransform<T>(Tensor<T> table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, inverse: true);

    /// <summary>The numbers of the columns in messages, for a scaler of some columns of a table; null if from 0 on.</summary>
    internal virtual int[]? ColumnNumbers { get; set; }

    /// <summary>The number of times that a fit reads the table to learn from it; 0 if it only checks the elements.</summary>
    internal virtual int LearningPasses => 1;

    /// <summary>True if the scaler is fitted, and not in the middle of a fit that reads the table several times.</summary>
    internal virtual bool IsComplete => Columns != 0;

    /// <summary>The scalers that this one consists of; empty for a scaler that is not composed of others.</summary>
    internal virtual IEnumerable<Scaler> Components => [];

    /// <summary>Returns the number of a column in messages.</summary>
    private protected int NumberOf(int column) => ColumnNumbers is null ? column : ColumnNumbers[column];

    /// <summary>Returns true if another scaler has the same type and settings.</summary>
    internal bool IsLike(Scaler other) => other.GetType() == GetType() && HasSettingsOf(other);

    /// <summary>Returns an independent copy, with settings and statistics.</summary>
    /// <remarks>A shallow copy, since fitting replaces the statistics; overridden by scalers that change theirs in place.</remarks>
    internal virtual Scaler Copy() => (Scaler)MemberwiseClone();

    /// <summary>Throws if there is no inverse.</summary>
    internal virtual void CheckInvertible()
    {
    }

    /// <summary>Returns the coefficients of y = (x − center)/scale + shift for a column; null if its map is not affine.</summary>
    internal virtual (double Center, double Scale, double Shift)? AffineMap(int column) => null;

    /// <summary>Fits to a checked table: from scratch if <paramref name="whole"/>, otherwise further.</summary>
    internal void Take<T>(in Table<T> table, ReadOnlySpan<double> weights, bool whole)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (whole)
        {
            AccumulateWhole(table, weights);
        }
        else
        {
            Accumulate(table, weights, fresh: Columns == 0);
        }

        Columns = table.Columns;
    }

    /// <summary>Transforms a checked table; returns the first element that it rejects.</summary>
    internal Rejection Apply<T>(in Table<T> table, Span<T> destination, bool inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, destination, inverse);

    /// <summary>Returns the error that an element cannot be transformed; by default, since it is infinite.</summary>
    internal virtual ArgumentException Refusal<T>(in Table<T> table, Rejection rejection, bool inverse, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => table.Infinite(rejection.Index, name);

    /// <summary>Writes the settings as fields of the open JSON object; <see cref="IScalerKind.Create"/> reads them.</summary>
    internal virtual void WriteSettings(Utf8JsonWriter json)
    {
    }

    /// <summary>Writes the statistics of a column as fields of the open JSON object; <see cref="ReadStatistics"/> reads them.</summary>
    internal abstract void WriteColumn(Utf8JsonWriter json, int column);

    /// <summary>Reads the statistics from JSON objects, one per column.</summary>
    /// <exception cref="InvalidDataException">They do not hold what <see cref="WriteColumn"/> writes.</exception>
    internal void Read(IReadOnlyList<JsonFields> columns)
    {
        ReadStatistics(columns);
        Columns = columns.Count;
    }

    /// <summary>Puts sketches in the order in which files hold them, so that one read from a file merges to the same bits.</summary>
    /// <exception cref="InvalidOperationException">The scaler was fitted in a way that cannot be continued.</exception>
    internal virtual void SettleState()
    {
        foreach (Scaler component in Components)
        {
            component.SettleState();
        }
    }

    /// <summary>Writes what a fit of a column can be continued from as fields of the open JSON object.</summary>
    internal virtual void WriteStateColumn(Utf8JsonWriter json, int column) => WriteColumn(json, column);

    /// <summary>Reads the state of a fit from JSON objects, one per column.</summary>
    /// <exception cref="InvalidDataException">They do not hold what <see cref="WriteStateColumn"/> writes.</exception>
    internal void ReadState(IReadOnlyList<JsonFields> columns)
    {
        ReadStateStatistics(columns);
        Columns = columns.Count;
    }

    /// <summary>Reads the state of a fit from the fields that <see cref="WriteStateColumn"/> wrote.</summary>
    private protected virtual void ReadStateStatistics(IReadOnlyList<JsonFields> columns) => ReadStatistics(columns);

    /// <summary>Reads the statistics from the fields that <see cref="WriteColumn"/> wrote.</summary>
    private protected abstract void ReadStatistics(IReadOnlyList<JsonFields> columns);

    /// <summary>Computes the statistics of a checked table, and merges them; replaces the old ones if <paramref name="fresh"/>.</summary>
    private protected abstract void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Computes the statistics of a whole table, which some scalers can do exactly.</summary>
    private protected virtual void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Accumulate(table, weights, fresh: true);

    /// <summary>Merges the statistics of a scaler of the same type, settings and columns; this one may not be fitted yet.</summary>
    private protected abstract void MergeStatistics(Scaler other);

    /// <summary>Returns true if a scaler of the same type has the same settings.</summary>
    private protected virtual bool HasSettingsOf(Scaler other) => true;

    /// <summary>Transforms a table; returns the first element that it rejects.</summary>
    private protected abstract Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private void Fit<T>(in ReadOnlyTensorSpan<T> table, ReadOnlySpan<double> weights, bool whole)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Table<T> values = Table<T>.Of(table);
        if (values.Columns == 0)
        {
            throw new ArgumentException("The table has no columns.", nameof(table));
        }

        if (!whole && Columns != 0)
        {
            CheckColumns(values.Columns, nameof(table));
        }

        CheckWeights(weights, values.Rows);
        Take(values, weights, whole);
    }

    private void Map<T>(in ReadOnlyTensorSpan<T> table, in TensorSpan<T> destination, bool inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Table<T> source = Table<T>.Of(table);
        Table<T> target = Table<T>.Of(destination, nameof(destination));
        CheckFitted();
        if (inverse)
        {
            CheckInvertible();
        }

        CheckColumns(source.Columns, nameof(table));
        if (target.Rows != source.Rows || target.Columns != source.Columns || target.IsColumnMajor != source.IsColumnMajor)
        {
            string shapes = Invariant($"[{target.Rows}, {target.Columns}] and [{source.Rows}, {source.Columns}]");
            throw new ArgumentException(
                $"The destination must have the shape and layout of the table; they are {shapes}.", nameof(destination));
        }

        Span<T> elements = source.Elements.IsEmpty
            ? []
            : MemoryMarshal.CreateSpan(ref destination.GetPinnableReference(), source.Elements.Length);
        if (source.Elements.Overlaps(elements) && source.Elements != elements)
        {
            throw new ArgumentException(
                "The destination overlaps the table in part; it must be the table itself or separate memory.", nameof(destination));
        }

        Rejection refused = Map(source, elements, inverse);
        if (refused.IsAny)
        {
            throw Refusal(source, refused, inverse, nameof(table));
        }
    }

    private Tensor<T> Map<T>(Tensor<T> table, bool inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlyTensorSpan<T> span = Span(table);
        Tensor<T> result = Tensor.CreateFromShapeUninitialized<T>(table.Lengths, table.Strides);
        Map(span, result.AsTensorSpan(), inverse);
        return result;
    }

    /// <summary>Throws if the scaler is not fitted.</summary>
    private protected virtual void CheckFitted()
    {
        if (Columns == 0)
        {
            throw new InvalidOperationException("The scaler is not fitted: call Fit or PartialFit first.");
        }
    }

    private void CheckColumns(int columns, string name)
    {
        if (columns != Columns)
        {
            throw new ArgumentException(Invariant($"The table has {columns} columns; the scaler was fitted to {Columns}."), name);
        }
    }

    private static void CheckWeights(ReadOnlySpan<double> weights, int rows)
    {
        if (weights.IsEmpty)
        {
            return;
        }

        if (weights.Length != rows)
        {
            throw new ArgumentException(Invariant($"There are {weights.Length} weights for {rows} rows."), nameof(weights));
        }

        for (int row = 0; row < weights.Length; row++)
        {
            if (!(weights[row] >= 0 && double.IsFinite(weights[row])))
            {
                throw new ArgumentException(
                    Invariant($"The weight of row {row} is {weights[row]}; it must be finite and not negative."), nameof(weights));
            }
        }

        CheckTotalWeight(TensorPrimitives.Sum(weights), nameof(weights));
    }

    /// <summary>Throws if a sum of weights is not finite.</summary>
    internal static void CheckTotalWeight(double total, string name)
    {
        if (!double.IsFinite(total))
        {
            throw new ArgumentException("The weights add up to more than double precision holds.", name);
        }
    }

    private static ReadOnlyTensorSpan<T> Span<T>(Tensor<T> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.AsReadOnlyTensorSpan();
    }
}
