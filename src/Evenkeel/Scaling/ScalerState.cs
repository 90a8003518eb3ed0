using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Data;
using Evenkeel.Formats;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>The unfinished fit of a scaler to a table in parts, stored in readable JSON and merged with others to the same bits.</summary>
/// <remarks>
/// <para>
/// A state holds a fit for each of its parts, not merged yet. The scaler of a table is the left fold of <see cref="Scaler.Merge"/> over
/// its parts in the ordinal order of their names, so that its bits depend neither on who fitted which parts nor on the order in which
/// states are combined.
/// </para>
/// <para>
/// The file is read strictly: a field that is missing, unknown or contradicts another is an error. Sketches are stored as they are.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var scaler = new StandardScaler();
/// scaler.PartialFit(rows);
/// new ScalerState([new ScalerPart("part-01.csv", scaler, rows.Lengths[0])], ["age", "income"]).Save("part-01.json");
///
/// var whole = ScalerState.Combine([.. files.Select(ScalerState.Load)]);
/// new ScalerFile(whole.ToScaler(), whole.ColumnNames).Save("scaler.json");
/// </code>
/// </example>
public sealed class ScalerState
{
    private const string Format = "evenkeel-scaler-state";
    private const int Version = 1;
    private const int MaximumLength = 1024 * 1024 * 1024;
    private const int MostNames = 10;

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ScalerPart[] _parts;
    private readonly string[]? _columnNames;

    /// <summary>Creates a state of some parts of a table.</summary>
    /// <param name="parts">The parts, at least one, in any order.</param>
    /// <param name="columnNames">The names of the columns, all different; null if they have none.</param>
    /// <param name="weightColumn">The name of the column with the weights of rows; null if there is none.</param>
    /// <param name="partCount">The number of parts of the whole table; null if unknown.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parts"/>, a part or a name is null.</exception>
    /// <exception cref="ArgumentException">
    /// There are no parts, two have one name, or there are more than <paramref name="partCount"/>.
    /// </exception>
    /// <exception cref="ArgumentException">The scalers of two parts differ in type, settings or number of columns.</exception>
    /// <exception cref="ArgumentException">The number of names is not that of columns, or two are equal.</exception>
    public ScalerState(
        IReadOnlyList<ScalerPart> parts,
        IReadOnlyList<string>? columnNames = null,
        string? weightColumn = null,
        int? partCount = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
        {
            throw new ArgumentException("There are no parts.", nameof(parts));
        }

        foreach (ScalerPart part in parts)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
        }

        _parts = [.. parts.OrderBy(part => part.Name, StringComparer.Ordinal)];
        WeightColumn = weightColumn;
        PartCount = partCount;
        CheckParts(nameof(parts));
        int columns = First?.Scaler.Columns ?? columnNames?.Count ?? 0;
        _columnNames = columnNames is null ? null : ScalerFile.Checked([.. columnNames], columns);
        if (weightColumn is not null && !JsonText.CanHold(weightColumn))
        {
            throw new ArgumentException($"The name \"{weightColumn}\" has half of a surrogate pair.", nameof(weightColumn));
        }
    }

    /// <summary>The parts, in the ordinal order of their names.</summary>
    public IReadOnlyList<ScalerPart> Parts => _parts.AsReadOnly();

    /// <summary>The names of the columns; null if they have none.</summary>
    /// <remarks>If no part has rows yet: all columns that may be among those of the scaler.</remarks>
    public IReadOnlyList<string>? ColumnNames => _columnNames?.AsReadOnly();

    /// <summary>The name of the column with the weights of rows; null if there is none.</summary>
    public string? WeightColumn { get; }

    /// <summary>The number of parts of the whole table; null if unknown.</summary>
    public int? PartCount { get; }

    /// <summary>The number of rows of all parts here.</summary>
    public long Rows => _parts.Sum(part => part.Rows);

    /// <summary>The names of parts that are missing for certain: gaps in names that differ in one number.</summary>
    /// <remarks>
    /// Of part-1, part-2 and part-4 it is part-3; the last parts of a series may be missing too, which only <see cref="PartCount"/> tells.
    /// Empty if there are <see cref="PartCount"/> parts, or if more than half as many as there are would be missing, as with dates.
    /// </remarks>
    public IReadOnlyList<string> MissingParts =>
        PartCount == _parts.Length ? [] : PartSeries.Missing([.. _parts.Select(part => part.Name)]);

    /// <summary>The first part with rows; null if there is none.</summary>
    private ScalerPart? First => _parts.FirstOrDefault(part => part.IsFitted);

    /// <summary>Returns a state of the same parts, with another <see cref="PartCount"/>.</summary>
    /// <param name="partCount">The number of parts of the whole table; null if unknown.</param>
    /// <exception cref="ArgumentException">There are more parts.</exception>
    public ScalerState WithPartCount(int? partCount) => new(_parts, _columnNames, WeightColumn, partCount);

    /// <summary>Combines states of different parts of a table, in any order and grouping; nothing is merged yet.</summary>
    /// <param name="states">The states, at least one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="states"/> or a state is null.</exception>
    /// <exception cref="ArgumentException">There are no states, or two have a part of one name.</exception>
    /// <exception cref="ArgumentException">The scalers of two states differ in type, settings or columns.</exception>
    /// <exception cref="ArgumentException">
    /// Two states differ in <see cref="WeightColumn"/> or <see cref="PartCount"/>, or have more parts than that.
    /// </exception>
    public static ScalerState Combine(params IReadOnlyList<ScalerState> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        if (states.Count == 0)
        {
            throw new ArgumentException("There are no states.", nameof(states));
        }

        int? partCount = null;
        ScalerState? named = null;
        foreach (ScalerState state in states)
        {
            ArgumentNullException.ThrowIfNull(state, nameof(states));
            if (state.WeightColumn != states[0].WeightColumn)
            {
                throw new ArgumentException(
                    $"Part \"{state._parts[0].Name}\" has {Weights(state)}, part \"{states[0]._parts[0].Name}\" {Weights(states[0])}.",
                    nameof(states));
            }

            if (state.PartCount is { } count && partCount is { } other && count != other)
            {
                throw new ArgumentException(
                    Invariant($"Part \"{state._parts[0].Name}\" is one of {count} parts, others of {other}."), nameof(states));
            }

            partCount ??= state.PartCount;
            named = named is null || (named.First is null && state.First is not null) ? state : named;
        }

        string[]? columnNames = named!._columnNames;
        foreach (ScalerState state in states)
        {
            columnNames = state.First is null && named.First is null
                ? Common(columnNames, state, named)
                : CheckColumns(columnNames, state, named);
        }

        return new ScalerState([.. states.SelectMany(state => state._parts)], columnNames, states[0].WeightColumn, partCount);
    }

    /// <summary>Merges the parts in their order to the scaler of the whole table.</summary>
    /// <exception cref="InvalidOperationException">
    /// There are fewer parts than <see cref="PartCount"/>, <see cref="MissingParts"/>, or no rows.
    /// </exception>
    /// <exception cref="ColumnException">The values of a column are too far apart for double precision.</exception>
    /// <exception cref="ArgumentException">The weights of all parts add up to infinity.</exception>
    public Scaler ToScaler()
    {
        CheckComplete([.. _parts.Select(part => part.Name)], PartCount);
        if (Rows == 0)
        {
            throw new InvalidOperationException("No part has rows to fit a scaler to.");
        }

        Scaler? scaler = null;
        foreach (ScalerPart part in _parts)
        {
            scaler = part.MergeInto(scaler);
        }

        return scaler!;
    }

    /// <summary>Throws if a part is missing for certain.</summary>
    /// <param name="names">The names of the parts.</param>
    /// <param name="partCount">The number of parts of the whole table; null if unknown.</param>
    internal static void CheckComplete(IReadOnlyList<string> names, int? partCount)
    {
        IReadOnlyList<string> missing = PartSeries.Missing(names);
        if (partCount < names.Count)
        {
            throw new InvalidOperationException(Invariant($"There are {names.Count} parts, but only {partCount} in the whole table."));
        }

        if (partCount is { } count && count != names.Count)
        {
            throw new InvalidOperationException(
                Invariant($"Only {names.Count} of {count} parts are there")
                + (missing.Count > 0 ? $"; missing: {Listed(missing)}." : "."));
        }

        if (partCount is null && missing.Count > 0)
        {
            throw new InvalidOperationException(
                Invariant($"There are {names.Count} numbered parts, but in between ")
                + $"{(missing.Count == 1 ? "one is" : "some are")} missing: {Listed(missing)}.");
        }
    }

    /// <summary>Writes the state to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    /// <exception cref="InvalidDataException">The state is too large to be read again: it belongs in several files.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            ScalerKind.Write(json, (First ?? _parts[0]).Scaler);
            if (_columnNames is not null)
            {
                json.WriteStartArray("column_names");
                Array.ForEach(_columnNames, json.WriteStringValue);
                json.WriteEndArray();
            }

            if (WeightColumn is not null)
            {
                json.WriteString("weight_column", WeightColumn);
            }

            if (PartCount is { } count)
            {
                json.WriteNumber("part_count", count);
            }

            json.WriteStartArray("parts");
            foreach (ScalerPart part in _parts)
            {
                part.Write(json);
                if (json.BytesCommitted + json.BytesPending > MaximumLength)
                {
                    throw new InvalidDataException(Invariant(
                        $"The state of {_parts.Length} parts has more than {MaximumLength:N0} bytes, the most that is read: ")
                        + "write a state for each part.");
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>Reads a state from a stream, up to its end.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">Not a complete state file of this version; the message says where and why.</exception>
    public static ScalerState Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var fields = JsonFields.Read(stream, MaximumLength);
        if (fields.Text("format") is var format && format != Format)
        {
            throw fields.Error("format", $"is \"{format}\"; expected \"{Format}\", which 'evenkeel scale fit --state' writes");
        }

        if (fields.Number("version") is var version && version != Version)
        {
            throw fields.Error("version", Invariant($"is {version}; expected {Version}"));
        }

        Scaler unfitted = ScalerKind.Read(fields);
        string[]? columnNames = fields.Has("column_names") ? fields.Texts("column_names") : null;
        string? weightColumn = fields.OptionalText("weight_column");
        int? partCount = fields.Has("part_count") ? fields.Integer("part_count", int.MaxValue) : null;
        ScalerPart[] parts = [.. fields.Objects("parts").Select(part => ScalerPart.Read(part, unfitted))];
        fields.End();
        for (int i = 1; i < parts.Length; i++)
        {
            if (string.CompareOrdinal(parts[i].Name, parts[i - 1].Name) <= 0)
            {
                throw fields.Error("parts", $"has \"{parts[i].Name}\" behind \"{parts[i - 1].Name}\"; expected ascending names");
            }
        }

        return fields.Make(_ => new ScalerState(parts, columnNames, weightColumn, partCount));
    }

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">The state is too large to be read again: it belongs in several files.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">Not a complete state file of this version; the message says where and why.</exception>
    public static ScalerState Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InvalidDataException("The path is a folder; expected the file of a state.");
        }

        using var file = new FileStream(PhysicalPath.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Read(file);
    }

    private void CheckParts(string name)
    {
        ScalerPart first = First ?? _parts[0];
        string settings = first.Settings;
        for (int i = 0; i < _parts.Length; i++)
        {
            ScalerPart part = _parts[i];
            if (i > 0 && part.Name == _parts[i - 1].Name)
            {
                throw new ArgumentException($"Part \"{part.Name}\" is there twice.", name);
            }

            if (part.Settings is var own && own != settings)
            {
                throw new ArgumentException($"Part \"{part.Name}\" has the scaler {own}, part \"{first.Name}\" {settings}.", name);
            }

            if (part.IsFitted && !first.Scaler.IsLike(part.Scaler))
            {
                throw new ArgumentException(
                    $"Part \"{part.Name}\" applies its scalers to other columns than part \"{first.Name}\".", name);
            }

            if (part.IsFitted && part.Scaler.Columns != first.Scaler.Columns)
            {
                throw new ArgumentException(
                    Invariant($"Part \"{part.Name}\" has {part.Scaler.Columns} columns, part \"{first.Name}\" {first.Scaler.Columns}."),
                    name);
            }
        }

        if (PartCount < _parts.Length)
        {
            throw new ArgumentException(Invariant($"There are {_parts.Length} parts, but only {PartCount} in the whole table."), name);
        }
    }

    /// <summary>Checks that a state has the columns of the scaler; returns these.</summary>
    private static string[]? CheckColumns(string[]? columnNames, ScalerState state, ScalerState other)
    {
        bool isSame = columnNames is null || state._columnNames is null
            ? state._columnNames == columnNames
            : state.First is null ? columnNames.All(state._columnNames.Contains) : state._columnNames.SequenceEqual(columnNames);
        return isSame
            ? columnNames
            : throw new ArgumentException(
                $"Part \"{(state.First ?? state._parts[0]).Name}\" has the columns {Listed(state._columnNames)}, "
                + $"part \"{other.First!.Name}\" {Listed(columnNames)}.");
    }

    /// <summary>Returns the columns that states without rows have in common.</summary>
    private static string[]? Common(string[]? columnNames, ScalerState state, ScalerState other)
    {
        string[]? common = columnNames is null || state._columnNames is null ? null : [.. columnNames.Intersect(state._columnNames)];
        return columnNames is null == state._columnNames is null && common is not []
            ? common
            : throw new ArgumentException(
                $"Part \"{state._parts[0].Name}\" has the columns {Listed(state._columnNames)}, "
                + $"part \"{other._parts[0].Name}\" {Listed(columnNames)}.");
    }

    private static string Weights(ScalerState state) =>
        state.WeightColumn is { } column ? $"weights in the column \"{column}\"" : "no weights";

    private static string Listed(IReadOnlyList<string>? names) => names is null
        ? "without names"
        : string.Join(", ", names.Take(MostNames).Select(name => $"\"{name}\""))
            + (names.Count > MostNames ? Invariant($" and {names.Count - MostNames} more") : "");
}
