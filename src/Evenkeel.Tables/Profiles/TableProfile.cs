using System.Text.Unicode;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables.Csv;
using static System.FormattableString;

namespace Evenkeel.Tables.Profiles;

/// <summary>What each column of a table holds, from one pass over it.</summary>
/// <remarks>
/// Counts, extrema and distinct values are exact, moments exact up to rounding, quantiles those of <see cref="QuantileSketch"/>. The result
/// does not depend on the number of threads.
/// </remarks>
/// <example>
/// <code>
/// TableProfile profile = TableProfile.Of(new TableFile("train.csv"));
/// foreach (ColumnProfile column in profile.Columns)
/// {
///     Console.WriteLine($"{column.Name}: {column.Kind}, {column.Missing} missing");
/// }
/// </code>
/// </example>
public sealed class TableProfile
{
    /// <summary>The most distinct values of a column that are counted.</summary>
    public const int MaxDistinct = 100_000;

    // For all columns together, so that a wide table takes no more memory than a narrow one.
    private const int ValuesKept = 2_000_000;
    private const int FewestDistinct = 100;
    private const int FewestQuantiles = 256;

    private readonly int _maxDistinct;
    private readonly ColumnProfile[] _columns;

    private TableProfile(IReadOnlyList<string> names)
    {
        int each = ValuesKept / Math.Max(1, names.Count);
        _maxDistinct = Math.Clamp(each, FewestDistinct, MaxDistinct);
        int capacity = Math.Clamp(each, FewestQuantiles, QuantileSketch.DefaultCapacity);
        _columns = [.. names.Select(name => new ColumnProfile(name, _maxDistinct, new QuantileSketch(capacity)))];
    }

    /// <summary>The number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>The number of rows with too few or too many cells, which no column counts.</summary>
    public long RaggedRows { get; private set; }

    /// <summary>The columns, in the order of the table.</summary>
    public IReadOnlyList<ColumnProfile> Columns => _columns;

    /// <summary>Reads a table to its end.</summary>
    /// <param name="source">The table.</param>
    /// <param name="cancellationToken">Cancels the work between chunks.</param>
    /// <exception cref="ArgumentNullException">The table is null.</exception>
    /// <exception cref="InvalidDataException">The file cannot be read as a table; the message has its path and the reason.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static TableProfile Of(TableSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using TableReader reader = source.Open();
        return Of(reader, () => { }, cancellationToken);
    }

    /// <summary>Reads a table to its end, whose texts may be other than UTF-8: <see cref="ColumnProfile.InvalidText"/> tells.</summary>
    internal static TableProfile OfAnyText(TableSource source, CancellationToken cancellationToken)
    {
        using TableReader reader = source.Open();
        return OfAnyText(reader, () => { }, cancellationToken);
    }

    /// <summary>Adds the rows of another table, which follow those of this one.</summary>
    /// <param name="later">The profile of the other table, with columns of the same names; it is not changed.</param>
    /// <exception cref="ArgumentNullException">The profile is null.</exception>
    /// <exception cref="ArgumentException">The columns have other names.</exception>
    public void Merge(TableProfile later)
    {
        ArgumentNullException.ThrowIfNull(later);
        if (!later.Columns.Select(column => column.Name).SequenceEqual(Columns.Select(column => column.Name)))
        {
            throw new ArgumentException("The columns of the two tables have different names.", nameof(later));
        }

        Rows += later.Rows;
        RaggedRows += later.RaggedRows;
        for (int c = 0; c < _columns.Length; c++)
        {
            _columns[c].Merge(later._columns[c]);
            _columns[c].Quantiles.Merge(later._columns[c].Quantiles);
        }
    }

    /// <summary>Reads an open table to its end.</summary>
    internal static TableProfile Of(TableReader reader, Action showProgress, CancellationToken cancellationToken)
    {
        TableProfile profile = OfAnyText(reader, showProgress, cancellationToken);
        return profile.Columns.FirstOrDefault(column => column.InvalidText is not null) is { } invalid
            ? throw TableChunk.NotUtf8(reader.Name, invalid.InvalidText!, invalid.Name)
            : profile;
    }

    private static TableProfile OfAnyText(TableReader reader, Action showProgress, CancellationToken cancellationToken)
    {
        var profile = new TableProfile(reader.Columns);
        reader.Read(
            [.. Enumerable.Range(0, reader.Columns.Count)],
            () => new Part(),
            (chunk, part) => profile.Read(chunk, reader.Name, part, isStrict: true),
            (chunk, part) =>
            {
                profile.Take(chunk, part);
                showProgress();
            },
            cancellationToken);
        return profile;
    }

    /// <summary>The profile of a chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="reader">The table that it is of.</param>
    /// <param name="columns">The columns of the chunk, by index.</param>
    internal static TableProfile Of(TableChunk chunk, TableReader reader, IReadOnlyList<int> columns)
    {
        var profile = new TableProfile([.. columns.Select(index => reader.Columns[index])]);
        var part = new Part();
        profile.Read(chunk, reader.Name, part, isStrict: false);
        profile.Take(chunk, part);
        return profile;
    }

    private void Read(TableChunk chunk, string name, Part part, bool isStrict)
    {
        int rows = chunk.Rows;
        part.IsRagged = new bool[rows];
        part.RaggedRows = 0;
        for (int row = 0; row < rows && chunk.HasProblems; row++)
        {
            if (isStrict && chunk is CsvTableChunk csv && csv.Records.Malformed(row) is { } problem)
            {
                throw new InvalidDataException(Invariant($"'{name}', {chunk.Describe(row)}: {problem}."));
            }

            if (chunk.Problem(row) is not null)
            {
                part.IsRagged[row] = true;
                part.RaggedRows++;
            }
        }

        part.Columns = [.. _columns.Select(column => new ColumnProfile(column.Name, _maxDistinct, quantiles: null))];
        for (int c = 0; c < _columns.Length; c++)
        {
            ReadOnlySpan<CellKind> kinds = chunk.Kinds(c);
            ReadOnlySpan<double> numbers = chunk.Numbers(c);
            ColumnProfile column = part.Columns[c];

            // What the table has too many of need not be counted in a part. Dates and blanks are still looked for.
            bool counts = !_columns[c].Distinct.IsExceeded;
            for (int row = 0; row < rows; row++)
            {
                if (part.IsRagged[row])
                {
                    continue;
                }

                if (kinds[row] == CellKind.Number)
                {
                    column.Add(numbers[row]);
                    if (counts)
                    {
                        column.Distinct.Add(numbers[row]);
                    }
                }
                else
                {
                    column.Add(kinds[row]);
                    if (kinds[row] == CellKind.Text && !Utf8.IsValid(chunk.Utf8Text(c, row)))
                    {
                        column.AddInvalidText(chunk.Describe(row));
                    }

                    if (kinds[row] != CellKind.Missing && (counts || column.Distinct.AreDates || !column.Distinct.HaveBlanks))
                    {
                        column.Distinct.Add(chunk.Utf8Text(c, row));
                    }
                }
            }
        }
    }

    private void Take(TableChunk chunk, Part part)
    {
        Rows += chunk.Rows;
        RaggedRows += part.RaggedRows;
        Parallelism.For(_columns.Length, c =>
        {
            _columns[c].Merge(part.Columns[c]);
            foreach (double number in chunk.Numbers(c))
            {
                if (!double.IsNaN(number))
                {
                    _columns[c].Quantiles.Add(number);
                }
            }
        });
    }

    private sealed class Part
    {
        public ColumnProfile[] Columns { get; set; } = [];

        public bool[] IsRagged { get; set; } = [];

        public int RaggedRows { get; set; }
    }
}
