using System.Buffers;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Applies different scalers to different columns of a table.</summary>
/// <remarks>
/// Each scaler gives what it would give for a table of its columns alone, in their order in the whole table. Columns that no part
/// names pass through unchanged and unchecked, infinities too.
/// </remarks>
public sealed class ColumnTransformer : Scaler, IScalerKind
{
    /// <summary>The number of elements per block: enough for all threads, and few enough for a cache.</summary>
    private const int Block = 256 * 1024;

    private Part[] _parts;

    /// <summary>Creates a scaler from other scalers.</summary>
    /// <param name="parts">
    /// Scalers that are not fitted, each with the numbers of its columns, counted from 0. The scalers are copied, and stay unfitted.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="parts"/>, a scaler or its columns are null.</exception>
    /// <exception cref="ArgumentException">There are no parts.</exception>
    /// <exception cref="ArgumentException">A scaler is fitted.</exception>
    /// <exception cref="ArgumentException">A scaler is a <see cref="ColumnTransformer"/>, or a pipeline with one as a stage.</exception>
    /// <exception cref="ArgumentException">A part has no columns.</exception>
    /// <exception cref="ArgumentException">A column is negative, or named twice.</exception>
    public ColumnTransformer(params IReadOnlyList<(Scaler Scaler, IReadOnlyList<int> Columns)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach ((Scaler scaler, IReadOnlyList<int> columns) in parts)
        {
            ArgumentNullException.ThrowIfNull(scaler, nameof(parts));
            ArgumentNullException.ThrowIfNull(columns, nameof(parts));
            if (scaler.Columns != 0)
            {
                throw new ArgumentException($"The {scaler.GetType().Name} is fitted already; expected unfitted scalers.", nameof(parts));
            }
        }

        _parts = Checked([.. parts.Select(part => Part.Of(part.Scaler, [.. part.Columns.Order()]))], nameof(parts));
    }

    private ColumnTransformer(Part[] parts) => _parts = parts;

    static string IScalerKind.Kind => "columns";

    /// <summary>The scalers, fitted once this one is, each with its columns in ascending order.</summary>
    public IReadOnlyList<(Scaler Scaler, IReadOnlyList<int> Columns)> Parts =>
        [.. _parts.Select(part => (part.Scaler, (IReadOnlyList<int>)part.Columns.AsReadOnly()))];

    internal override int LearningPasses => _parts.Max(part => part.Scaler.LearningPasses);

    internal override bool IsComplete => base.IsComplete && _parts.All(part => part.Scaler.IsComplete);

    internal override IEnumerable<Scaler> Components => _parts.Select(part => part.Scaler);

    // The columns of a scaler are stored with the columns.
    static Scaler IScalerKind.Create(JsonFields settings) => new ColumnTransformer(
        [.. settings.Objects("scalers").Select(fields =>
        {
            Scaler scaler = ScalerKind.Read(fields);
            fields.End();
            return new Part(scaler, []);
        })]);

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartArray("scalers");
        foreach (Part part in _parts)
        {
            json.WriteStartObject();
            ScalerKind.Write(json, part.Scaler);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column) =>
        WriteColumn(json, column, (scaler, index) => scaler.WriteColumn(json, index));

    internal override void WriteStateColumn(Utf8JsonWriter json, int column) =>
        WriteColumn(json, column, (scaler, index) => scaler.WriteStateColumn(json, index));

    private void WriteColumn(Utf8JsonWriter json, int column, Action<Scaler, int> write)
    {
        (int part, int index) = Find(column);
        if (part < 0)
        {
            json.WriteNull("scaler");
        }
        else
        {
            json.WriteNumber("scaler", part);
            write(_parts[part].Scaler, index);
        }
    }

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns) =>
        ReadParts(columns, (scaler, fields) => scaler.Read(fields));

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns) =>
        ReadParts(columns, (scaler, fields) => scaler.ReadState(fields));

    private void ReadParts(IReadOnlyList<JsonFields> columns, Action<Scaler, IReadOnlyList<JsonFields>> read)
    {
        int?[] parts = [.. columns.Select(column => column.IntegerOrNull("scaler", _parts.Length - 1))];
        ILookup<int?, int> columnsOf = Enumerable.Range(0, parts.Length).ToLookup(c => parts[c]);
        _parts = Checked([.. _parts.Select((part, p) => Part.Of(part.Scaler, [.. columnsOf[p]]))], "columns");
        foreach (Part part in _parts)
        {
            read(part.Scaler, [.. part.Columns.Select(c => columns[c])]);
        }
    }

    internal override void CheckInvertible() => Array.ForEach(_parts, part => part.Scaler.CheckInvertible());

    internal override (double Center, double Scale, double Shift)? AffineMap(int column) => Find(column) switch
    {
        ( < 0, _) => (0, 1, 0),
        (var part, var index) => _parts[part].Scaler.AffineMap(index),
    };

    internal override Scaler Copy() => new ColumnTransformer(CopyOfParts()) { Columns = Columns };

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights) => Fit(table, weights, whole: true);

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh) =>
        Fit(table, weights, whole: false);

    private void Fit<T>(in Table<T> table, ReadOnlySpan<double> weights, bool whole)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int last = _parts.Max(part => part.Columns[^1]);
        if (last >= table.Columns)
        {
            throw new ArgumentException(
                Invariant($"The table has {table.Columns} columns, but a scaler names column {last} (counted from 0)."),
                nameof(table));
        }

        if (!whole)
        {
            CheckOnePass();
        }

        Part[] fitted = CopyOfParts();
        foreach (Part part in fitted)
        {
            int length = table.Rows * part.Columns.Length;
            T[] buffer = ArrayPool<T>.Shared.Rent(length);
            part.Scaler.Take(part.Of(table, 0, buffer.AsSpan(0, length)), weights, whole);
            ArrayPool<T>.Shared.Return(buffer);
        }

        _parts = fitted;
    }

    private protected override void MergeStatistics(Scaler other)
    {
        CheckOnePass();
        Part[] merged = CopyOfParts();
        foreach ((Part part, Part another) in merged.Zip(((ColumnTransformer)other)._parts))
        {
            part.Scaler.Merge(another.Scaler);
        }

        _parts = merged;
    }

    private protected override bool HasSettingsOf(Scaler other)
    {
        Part[] others = ((ColumnTransformer)other)._parts;
        return others.Length == _parts.Length && _parts.Zip(others, IsLike).All(isLike => isLike);

        static bool IsLike(Part part, Part other) => part.Scaler.IsLike(other.Scaler) && part.Columns.SequenceEqual(other.Columns);
    }

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse)
    {
        if (!table.Elements.Overlaps(destination))
        {
            table.Elements.CopyTo(destination);
        }

        Rejection first = -1;
        foreach (Part part in _parts)
        {
            int rows = Math.Clamp(Block / part.Columns.Length, 1, Math.Max(1, table.Rows));
            T[] buffer = ArrayPool<T>.Shared.Rent(rows * part.Columns.Length);
            for (int row = 0; row < table.Rows; row += rows)
            {
                Span<T> block = buffer.AsSpan(0, Math.Min(rows, table.Rows - row) * part.Columns.Length);
                Table<T> columns = part.Of(table, row, block);
                Rejection refused = part.Scaler.Apply(columns, block, inverse);
                if (refused.IsAny)
                {
                    (int at, int column) = columns.PositionOf(refused.Index);
                    first = Rejection.First(first, refused with { Index = table.IndexOf(row + at, part.Columns[column]) });
                }

                ColumnSelection.Scatter(block, table.View, part.Columns, row, destination);
            }

            ArrayPool<T>.Shared.Return(buffer);
        }

        return first;
    }

    internal override ArgumentException Refusal<T>(in Table<T> table, Rejection rejection, bool inverse, string name) =>
        _parts[Find(table.PositionOf(rejection.Index).Column).Part].Scaler.Refusal(table, rejection, inverse, name);

    private void CheckOnePass()
    {
        if (LearningPasses > 1)
        {
            throw new InvalidOperationException(
                $"A {nameof(ScalerPipeline)} among the parts learns in several passes over the table: use Fit, "
                + "or fit the pipeline by itself.");
        }
    }

    private Part[] CopyOfParts() => Array.ConvertAll(_parts, part => part with { Scaler = part.Scaler.Copy() });

    /// <summary>Finds the part of a column, and the index of the column in that part; −1 if the column passes through.</summary>
    private (int Part, int Index) Find(int column)
    {
        for (int part = 0; part < _parts.Length; part++)
        {
            int index = Array.BinarySearch(_parts[part].Columns, column);
            if (index >= 0)
            {
                return (part, index);
            }
        }

        return (-1, -1);
    }

    private static Part[] Checked(Part[] parts, string name)
    {
        if (parts.Length == 0)
        {
            throw new ArgumentException("There are no scalers.", name);
        }

        var named = new HashSet<int>();
        foreach (Part part in parts)
        {
            string kind = part.Scaler.GetType().Name;
            if (part.Scaler is ColumnTransformer)
            {
                throw new ArgumentException($"A scaler is a {kind} itself: name its parts here instead.", name);
            }

            if (part.Scaler.Components.Any(stage => stage is ColumnTransformer))
            {
                throw new ArgumentException($"A {kind} has a {nameof(ColumnTransformer)} as a stage: name its parts here instead.", name);
            }

            if (part.Columns.Length == 0)
            {
                throw new ArgumentException($"There is no column for a {kind}.", name);
            }

            foreach (int column in part.Columns)
            {
                if (column < 0 || !named.Add(column))
                {
                    string what = column < 0 ? "does not exist" : "is named twice";
                    throw new ArgumentException(
                        Invariant($"Column {column} {what}; name each column at most once, counted from 0."), name);
                }
            }
        }

        return parts;
    }

    private sealed record Part(Scaler Scaler, int[] Columns)
    {
        /// <summary>Creates a part with a copy of a scaler, whose messages name the columns of the whole table.</summary>
        public static Part Of(Scaler scaler, int[] columns)
        {
            Scaler own = scaler.Copy();
            own.ColumnNumbers = columns;
            return new Part(own, columns);
        }

        /// <summary>Copies the part's columns into <paramref name="elements"/>, for as many rows of a table as that holds.</summary>
        public Table<T> Of<T>(in Table<T> table, int firstRow, Span<T> elements)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            ColumnSelection.Gather(table.Elements, table.View, Columns, firstRow, elements);
            return table.WithColumns(elements, Columns);
        }
    }
}
