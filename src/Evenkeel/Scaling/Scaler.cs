using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Evenkeel.Formats;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>What brings the columns of a table into a range or distribution, and back.</summary>
/// <remarks>
/// <para>
/// A table is a span of rank 2, [rows, columns], dense, of <see cref="float"/> or <see cref="double"/>. It lies row after row; or
/// column after column, as <c>new ReadOnlyTensorSpan&lt;T&gt;(data, [rows, columns], [1, rows])</c> says. What is computed is in double
/// precision for both.
/// </para>
/// <para>
/// NaN is a missing value: passed over in fitting, left NaN in transforming. Infinities are refused. Fitting that fails leaves
/// the scaler as it was.
/// </para>
/// </remarks>
public abstract class Scaler
{
    private protected Scaler()
    {
    }

    /// <summary>The number of columns; 0 before the first fit.</summary>
    public int Columns { get; private protected set; }

    /// <summary>Fits the scaler to a table, and forgets what it was fitted to before.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="weights">How often each row counts, not negative; empty where each counts once.</param>
    /// <exception cref="ArgumentException">
    /// The table is not dense, has not rank 2, no columns, or an infinite element; or there are not as many weights as rows, or one is
    /// negative or not finite, or their sum is not finite.
    /// </exception>
    /// <exception cref="ColumnException">The values of a column are too large, or too far apart, for double precision.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void Fit<T>(in ReadOnlyTensorSpan<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(table, weights, whole: true);

    /// <inheritdoc cref="Fit{T}(in ReadOnlyTensorSpan{T}, ReadOnlySpan{double})"/>
    public void Fit<T>(Tensor<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(Span(table), weights, whole: true);

    /// <summary>Fits the scaler to a further part of a table, beside what it was fitted to before.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">More rows, with the columns of those before.</param>
    /// <param name="weights">How often each row counts, not negative; empty where each counts once.</param>
    /// <exception cref="ArgumentException">As for <see cref="Fit{T}(in ReadOnlyTensorSpan{T}, ReadOnlySpan{double})"/>, or the number of columns is another.</exception>
    /// <exception cref="ColumnException">The values of a column, with those before, are too large, or too far apart, for double precision.</exception>
    /// <exception cref="InvalidOperationException">The scaler cannot be fitted further, as it says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void PartialFit<T>(in ReadOnlyTensorSpan<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(table, weights, whole: false);

    /// <inheritdoc cref="PartialFit{T}(in ReadOnlyTensorSpan{T}, ReadOnlySpan{double})"/>
    public void PartialFit<T>(Tensor<T> table, ReadOnlySpan<double> weights = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Fit(Span(table), weights, whole: false);

    /// <summary>Takes in what another scaler was fitted to, as if this one had been fitted to both.</summary>
    /// <param name="other">A scaler of the same kind, settings and columns; stays as it is.</param>
    /// <exception cref="ArgumentException">The other is of another kind, or has other settings or columns; or the weights of both add up to infinity.</exception>
    /// <exception cref="ColumnException">The values of a column are too far apart for double precision.</exception>
    /// <exception cref="InvalidOperationException">One of the two cannot be fitted further, as it says.</exception>
    public void Merge(Scaler other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!IsLike(other))
        {
            throw new ArgumentException(
                $"A {GetType().Name} merges with one that has its settings, not with this {other.GetType().Name}.", nameof(other));
        }

        if (other.Columns == 0)
        {
            return;
        }

        if (Columns != 0 && other.Columns != Columns)
        {
            throw new ArgumentException(
                Invariant($"The other scaler has {other.Columns} columns, this one {Columns}."),
                nameof(other));
        }

        MergeStatistics(other);
        Columns = other.Columns;
    }

    /// <summary>Transforms a table.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="table">The table; NaN stays NaN.</param>
    /// <param name="destination">Receives the result, laid out as the table is; may be the table itself, but no other part of it.</param>
    /// <exception cref="ArgumentException">
    /// A table is not dense, has not rank 2 or the fitted number of columns; the shapes or layouts differ; or an element is infinite
    /// (everything else has been transformed then).
    /// </exception>
    /// <exception cref="InvalidOperationException">The scaler is not fitted.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public void Transform<T>(in ReadOnlyTensorSpan<T> table, in TensorSpan<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, destination, inverse: false);

    /// <summary>A transformed copy of a table.</summary>
    /// <inheritdoc cref="Transform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public Tensor<T> Transform<T>(Tensor<T> table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, inverse: false);

    /// <summary>Undoes <see cref="Transform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>, up to rounding and clipping.</summary>
    /// <inheritdoc cref="Transform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    /// <exception cref="NotSupportedException">There is no inverse: the scaler, as <see cref="RowNormalizer"/>, loses what it would need.</exception>
    public void InverseTransform<T>(in ReadOnlyTensorSpan<T> table, in TensorSpan<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, destination, inverse: true);

    /// <summary>A copy of a table with <see cref="Transform{T}(Tensor{T})"/> undone, up to rounding and clipping.</summary>
    /// <inheritdoc cref="InverseTransform{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})"/>
    public Tensor<T> InverseTransform<T>(Tensor<T> table)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, inverse: true);

    /// <summary>What the columns are called in messages, for a scaler of some columns of a table; null where by their own numbers.</summary>
    internal int[]? ColumnNumbers { get; set; }

    /// <summary>What a column is called in messages.</summary>
    private protected int NumberOf(int column) => ColumnNumbers is null ? column : ColumnNumbers[column];

    /// <summary>Whether another scaler is of the same type and settings.</summary>
    internal bool IsLike(Scaler other) => other.GetType() == GetType() && HasSettingsOf(other);

    /// <summary>A scaler of the same settings and statistics, which is then fitted on its own.</summary>
    /// <remarks>A shallow copy: fitting replaces what is fitted, and changes nothing in place. Where it does, this is overridden.</remarks>
    internal virtual Scaler Copy() => (Scaler)MemberwiseClone();

    /// <summary>Throws where there is no inverse.</summary>
    internal virtual void CheckInvertible()
    {
    }

    /// <summary>The coefficients of y = (x − center)/scale + shift for a column; null where it is not mapped so.</summary>
    internal virtual (double Center, double Scale, double Shift)? AffineMap(int column) => null;

    /// <summary>Fits to a table that is checked: anew, or further.</summary>
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

    /// <summary>Transforms a table that is checked; returns the index of the first element it refuses, −1 without one.</summary>
    internal int Apply<T>(in Table<T> table, Span<T> destination, bool inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map(table, destination, inverse);

    /// <summary>The error that an element cannot be transformed; as a rule, since it is infinite.</summary>
    internal virtual ArgumentException Refusal<T>(in Table<T> table, int index, bool inverse, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => table.Infinite(index, name);

    /// <summary>Writes the settings as fields of a file's object under way; <see cref="IScalerKind.Create"/> reads them.</summary>
    internal virtual void WriteSettings(Utf8JsonWriter json)
    {
    }

    /// <summary>Writes what was fitted to a column as fields of a file's object under way; <see cref="ReadStatistics"/> reads them.</summary>
    internal abstract void WriteColumn(Utf8JsonWriter json, int column);

    /// <summary>Takes what was fitted from a file's objects, one per column.</summary>
    /// <exception cref="InvalidDataException">They do not hold what <see cref="WriteColumn"/> writes.</exception>
    internal void Read(IReadOnlyList<JsonFields> columns)
    {
        ReadStatistics(columns);
        Columns = columns.Count;
    }

    /// <summary>Takes what was fitted from the fields that <see cref="WriteColumn"/> wrote.</summary>
    private protected abstract void ReadStatistics(IReadOnlyList<JsonFields> columns);

    /// <summary>Computes the statistics of a table, checked and with columns, and takes them in: alone where <paramref name="fresh"/>.</summary>
    private protected abstract void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Computes the statistics of a table that no others will join, for what can then be exact.</summary>
    private protected virtual void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Accumulate(table, weights, fresh: true);

    /// <summary>Merges the statistics of a scaler of the same type, settings and number of columns; this one may have none yet.</summary>
    private protected abstract void MergeStatistics(Scaler other);

    /// <summary>Whether a scaler of the same type has the same settings.</summary>
    private protected virtual bool HasSettingsOf(Scaler other) => true;

    /// <summary>Transforms a table of the right number of columns; returns the index of the first element it refuses, −1 without one.</summary>
    private protected abstract int Map<T>(in Table<T> table, Span<T> destination, bool inverse)
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
            throw new ArgumentException(
                Invariant($"The destination, [{target.Rows}, {target.Columns}], must have the shape and layout of the table, [{source.Rows}, {source.Columns}]."),
                nameof(destination));
        }

        Span<T> elements = source.Elements.IsEmpty ? [] : MemoryMarshal.CreateSpan(ref destination.GetPinnableReference(), source.Elements.Length);
        if (source.Elements.Overlaps(elements) && source.Elements != elements)
        {
            throw new ArgumentException("The destination overlaps the table without being the table.", nameof(destination));
        }

        int refused = Map(source, elements, inverse);
        if (refused >= 0)
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

    /// <summary>Throws where the scaler is not fitted.</summary>
    private protected void CheckFitted()
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
            throw new ArgumentException(
                Invariant($"The table has {columns} columns, the scaler {Columns}."), name);
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
            throw new ArgumentException(
                Invariant($"There are {weights.Length} weights for {rows} rows."), nameof(weights));
        }

        for (int row = 0; row < weights.Length; row++)
        {
            if (!(weights[row] >= 0 && double.IsFinite(weights[row])))
            {
                throw new ArgumentException(
                    Invariant($"The weight of row {row} is {weights[row]}; it must be finite and not negative."),
                    nameof(weights));
            }
        }

        CheckTotalWeight(TensorPrimitives.Sum(weights), nameof(weights));
    }

    /// <summary>Throws where weights add up to no number.</summary>
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
