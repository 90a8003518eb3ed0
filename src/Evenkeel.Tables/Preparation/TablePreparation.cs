using System.Numerics.Tensors;
using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Data;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Tables.Preparation;

/// <summary>
/// How the columns of a table become the features of a network: fitted once, saved with the network, applied to any table.
/// </summary>
/// <remarks>
/// Columns are found by name, in any order; further ones are ignored. A fit reads the table row by row in one pass, or, where a column has
/// a pipeline with more than one scaler that learns, in as many passes as it has of these. Its results depend on the rows and their order
/// alone, not on threads.
/// </remarks>
public sealed class TablePreparation
{
    private const string Format = "evenkeel-table-preparation";
    private const int Version = 1;
    private const int MaximumLength = 256 * 1024 * 1024;

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ColumnPreparation[] _columns;

    /// <summary>Combines the preparations of columns.</summary>
    /// <param name="columns">A preparation for each column that is used, in the order of their features.</param>
    /// <exception cref="ArgumentNullException">A preparation is null.</exception>
    /// <exception cref="ArgumentException">There are none, or two are for one column.</exception>
    public TablePreparation(params IReadOnlyList<ColumnPreparation> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
        {
            throw new ArgumentException("There are no columns to prepare.", nameof(columns));
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ColumnPreparation column in columns)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            if (!names.Add(column.Name))
            {
                throw new ArgumentException($"There are two preparations for the column '{column.Name}'.", nameof(columns));
            }
        }

        _columns = [.. columns];
    }

    /// <summary>The preparations of the columns, in the order of their features.</summary>
    public IReadOnlyList<ColumnPreparation> Columns => _columns;

    /// <summary>Whether all columns are fitted.</summary>
    public bool IsFitted => Array.TrueForAll(_columns, column => column.IsFitted);

    /// <summary>The number of features.</summary>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    public int Width => _columns.Sum(column => column.FeatureNames.Count);

    /// <summary>The names of the features, such as <c>age</c> and <c>city=Berlin</c>.</summary>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    public IReadOnlyList<string> FeatureNames => [.. _columns.SelectMany(column => column.FeatureNames)];

    /// <summary>Fits all columns to a table, replacing what they were fitted to before; if it fails, no column is fitted.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">For each row whether it counts; null, the default, if all do.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="InvalidDataException">The table lacks a column, or has it twice, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A column has nothing to fit to, or is too diverse to be categories.</exception>
    /// <exception cref="InvalidDataException"><paramref name="rows"/> has another length than the table.</exception>
    /// <exception cref="InvalidOperationException">A column of numbers was read from a file, and cannot be fitted again.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Fit(TableSource table, bool[]? rows = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        try
        {
            FitColumns(table, rows, cancellationToken);
        }
        catch (ColumnFitException e)
        {
            throw e.In(table.Name);
        }
    }

    /// <summary>As <see cref="Fit"/>, for callers that have advice for a column that cannot be fitted.</summary>
    /// <exception cref="ColumnFitException">A column cannot be fitted.</exception>
    internal void FitColumns(TableSource table, bool[]? rows, CancellationToken cancellationToken)
    {
        Array.ForEach(_columns, column => column.Reset());
        try
        {
            FitPasses(table, rows, cancellationToken);
        }
        catch
        {
            Array.ForEach(_columns, column => column.Reset());
            throw;
        }
    }

    /// <summary>Fits all columns to a table, and prepares it.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The features [rows, <see cref="Width"/>].</returns>
    /// <inheritdoc cref="Fit"/>
    public Tensor<float> FitTransform(TableSource table)
    {
        Fit(table);
        return Transform(table);
    }

    /// <summary>Prepares a table in memory.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The features [rows, <see cref="Width"/>].</returns>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    /// <exception cref="InvalidDataException">The table lacks a column, or has it twice, or has no rows, or cannot be read.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Tensor<float> Transform(TableSource table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        int width = Width;
        float[] features = new float[1024 * width];
        int rows = 0;
        using (TableReader reader = table.Open())
        {
            Transform(reader, (chunk, values) =>
            {
                long needed = ((long)rows + chunk.Rows) * width;
                if (needed > Array.MaxLength)
                {
                    throw new InvalidDataException(Invariant(
                        $"'{table.Name}' has more than {rows:N0} rows of {width:N0} features, too many numbers for one tensor."));
                }

                int end = (int)needed;
                if (end > features.Length)
                {
                    Array.Resize(ref features, (int)Math.Min(Math.Max(end, 2L * features.Length), Array.MaxLength));
                }

                values.CopyTo(features.AsSpan(rows * width));
                rows += chunk.Rows;
            }, null, cancellationToken);
        }

        return rows > 0
            ? Tensor.Create(features.AsSpan(0, rows * width).ToArray(), [rows, width])
            : throw new InvalidDataException($"'{table.Name}' has no rows.");
    }

    /// <summary>Gives the table that features came from, as far as they tell.</summary>
    /// <remarks>
    /// Numbers are back up to the rounding of features to single precision, missing ones where there is an indicator. Texts that were rare
    /// are <see cref="CategoryPreparation.OtherName"/>.
    /// </remarks>
    /// <param name="features">The features [rows, <see cref="Width"/>], dense.</param>
    /// <exception cref="ArgumentNullException"><paramref name="features"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    /// <exception cref="ArgumentException">The features are not dense, or not of this shape.</exception>
    /// <exception cref="NotSupportedException">The scaler of a column has no inverse.</exception>
    public TableColumns InverseTransform(Tensor<float> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        int width = Width;
        if (features.Rank != 2 || features.Lengths[1] != width || !features.IsDense)
        {
            throw new ArgumentException(
                Invariant($"The features are [{string.Join(", ", features.Lengths.ToArray())}]; expected a dense tensor [rows, {width}]."),
                nameof(features));
        }

        int rows = (int)features.Lengths[0];
        float[] values = new float[rows * width];
        features.FlattenTo(values);
        int[] offsets = Offsets();
        var table = new TableColumns();
        for (int c = 0; c < _columns.Length; c++)
        {
            _columns[c].InverseTransform(values.AsSpan(Math.Min(offsets[c], values.Length)), width, rows, table);
        }

        return table;
    }

    /// <summary>Prepares a table chunk by chunk.</summary>
    /// <param name="reader">The table at its beginning.</param>
    /// <param name="take">Takes a chunk and its features [rows, width], in the order of the table.</param>
    /// <param name="rows">For each row whether it counts; cells of others are not refused. Null if all count.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="further">Further columns to read, behind those of the preparation.</param>
    internal void Transform(
        TableReader reader,
        Action<TableChunk, ReadOnlySpan<float>> take,
        bool[]? rows,
        CancellationToken cancellationToken,
        params IReadOnlyList<int> further)
    {
        int width = Width;
        int[] offsets = Offsets();
        reader.Read(
            [.. reader.Find([.. _columns.Select(column => column.Name)]), .. further],
            static () => new Features(),
            (chunk, job) =>
            {
                CheckRows(reader, chunk, rows);
                Span<float> features = job.Of(checked(chunk.Rows * width));
                for (int c = 0; c < _columns.Length && chunk.Rows > 0; c++)
                {
                    _columns[c].Transform(new ColumnCells(reader, chunk, c, rows), features[offsets[c]..], width);
                }
            },
            (chunk, job) => take(chunk, job.Of(chunk.Rows * width)),
            cancellationToken);
    }

    /// <summary>The number of the first feature of each column.</summary>
    internal int[] Offsets()
    {
        int[] offsets = new int[_columns.Length];
        for (int c = 1; c < offsets.Length; c++)
        {
            offsets[c] = offsets[c - 1] + _columns[c - 1].FeatureNames.Count;
        }

        return offsets;
    }

    /// <summary>Adds the statistics of a preparation of the same columns and settings, fitted to other rows.</summary>
    /// <remarks>
    /// If it fails, nothing is changed. Quantiles, such as the median that fills gaps, do not merge once they were written to a file.
    /// </remarks>
    /// <param name="other">The other preparation, which is not changed.</param>
    /// <exception cref="ArgumentNullException">The other preparation is null.</exception>
    /// <exception cref="InvalidOperationException">One of the two is not fitted, or was read from a file and has quantiles.</exception>
    /// <exception cref="ArgumentException">The two have other columns or settings.</exception>
    /// <exception cref="InvalidDataException">
    /// A column has more than <see cref="CategoryPreparation.MaximumDistinct"/> distinct texts.
    /// </exception>
    public void Merge(TablePreparation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!IsFitted || !other.IsFitted)
        {
            throw new InvalidOperationException("Only fitted preparations can be merged: call Fit first.");
        }

        if (!_columns.Select(column => column.Name).SequenceEqual(other._columns.Select(column => column.Name)))
        {
            throw new ArgumentException("The preparations have other columns.", nameof(other));
        }

        if (_columns.Zip(other._columns).FirstOrDefault(pair => !pair.First.IsLike(pair.Second)).First is { } different)
        {
            throw new ArgumentException($"The preparations of column '{different.Name}' have different settings.", nameof(other));
        }

        Action[] merged;
        try
        {
            merged = [.. _columns.Zip(other._columns, (column, otherColumn) => column.Merged(otherColumn))];
        }
        catch (ColumnFitException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        Array.ForEach(merged, take => take());
    }

    /// <summary>Writes readable JSON to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _ = Width; // throws if it is not fitted
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            WriteColumns(json);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>Reads what <see cref="Write"/> wrote, strictly.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="InvalidDataException">Not a complete preparation of this version; the message says where and why.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static TablePreparation Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var fields = JsonFields.Read(stream, MaximumLength);
        if (fields.Text("format") is var format && format != Format)
        {
            throw fields.Error("format", $"is \"{format}\"; expected \"{Format}\"");
        }

        if (fields.Number("version") is var version && version != Version)
        {
            throw fields.Error("version", Invariant($"is {version}; expected {Version}"));
        }

        TablePreparation preparation = ReadColumns(fields);
        fields.End();
        return preparation;
    }

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">Not a complete preparation of this version; the message says where and why.</exception>
    public static TablePreparation Load(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file);
    }

    /// <summary>Writes the field <c>columns</c> of an open JSON object.</summary>
    internal void WriteColumns(Utf8JsonWriter json)
    {
        json.WriteStartArray("columns");
        foreach (ColumnPreparation column in _columns)
        {
            json.WriteStartObject();
            column.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="WriteColumns"/> wrote.</summary>
    internal static TablePreparation ReadColumns(JsonFields fields)
    {
        ColumnPreparation[] columns = [.. fields.Objects("columns").Select(ColumnPreparation.Read)];
        return fields.Make(_ => new TablePreparation(columns));
    }

    private void FitPasses(TableSource table, bool[]? rows, CancellationToken cancellationToken)
    {
        int passes = 1;
        for (int pass = 0; pass < passes; pass++)
        {
            using TableReader reader = table.Open();
            IReadOnlyList<int> found = reader.Find([.. _columns.Select(column => column.Name)]);
            int number = pass;
            long end = 0;
            reader.Read(
                found,
                static () => 0,
                static (_, _) => { },
                (chunk, _) =>
                {
                    CheckRows(reader, chunk, rows);
                    end = chunk.FirstRow + chunk.Rows;
                    Parallelism.For(_columns.Length, c =>
                    {
                        if (number < _columns[c].Passes)
                        {
                            _columns[c].Observe(new ColumnCells(reader, chunk, c, rows));
                        }
                    });
                },
                cancellationToken);
            if (rows is not null && end < rows.Length)
            {
                throw OtherRows(reader, rows);
            }

            foreach (ColumnPreparation column in _columns.Where(column => number < column.Passes))
            {
                column.EndPass(pass);
            }

            passes = _columns.Max(column => column.Passes);
        }
    }

    private static InvalidDataException OtherRows(TableReader reader, bool[] rows) => new(Invariant(
        $"'{reader.Name}' has not the {rows.Length:N0} rows for which it is given whether they count."));

    private static void CheckRows(TableReader reader, TableChunk chunk, bool[]? rows)
    {
        if (rows is not null && chunk.FirstRow + chunk.Rows > rows.Length)
        {
            throw OtherRows(reader, rows);
        }

        for (int row = 0; row < chunk.Rows && chunk.HasProblems; row++)
        {
            if ((rows is null || rows[chunk.FirstRow + row]) && chunk.Problem(row) is { } problem)
            {
                throw new InvalidDataException($"'{reader.Name}', {chunk.Describe(row)}: {problem}.");
            }
        }
    }

    private sealed class Features
    {
        private float[] _values = [];

        public Span<float> Of(int length)
        {
            if (_values.Length < length)
            {
                _values = new float[length];
            }

            return _values.AsSpan(0, length);
        }
    }
}
