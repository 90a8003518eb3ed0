using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Data;
using Evenkeel.Formats;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Stores a fitted scaler in readable JSON, and loads it with bit-identical results.</summary>
/// <remarks>
/// The file holds the scaler's kind and settings, and for each column its name, its statistics (so that a loaded scaler can be fitted
/// further) and, if the scaler is affine, the center and scale that follow from them. It is read strictly: a field that is missing,
/// unknown or contradicts another is an error.
/// </remarks>
public sealed class ScalerFile
{
    private const string Format = "evenkeel-scaler";
    private const int Version = 1;
    private const int MaximumLength = 256 * 1024 * 1024;

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Combines a scaler and its column names into the content of a file.</summary>
    /// <param name="scaler">A fitted scaler.</param>
    /// <param name="columnNames">The names of its columns, all different; null if they have none.</param>
    /// <exception cref="ArgumentNullException">The scaler or a name is null.</exception>
    /// <exception cref="ArgumentException">The scaler is not fitted, or not by all <see cref="ScalerPipeline.Passes"/>.</exception>
    /// <exception cref="ArgumentException">The number of names is not that of columns.</exception>
    /// <exception cref="ArgumentException">Two names are equal, or one has half of a surrogate pair.</exception>
    public ScalerFile(Scaler scaler, IReadOnlyList<string>? columnNames = null)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        if (!scaler.IsComplete)
        {
            throw new ArgumentException(
                scaler.Columns == 0
                    ? "The scaler is not fitted: there is nothing to write."
                    : "The scaler is in the middle of a fit that reads the table several times: read the remaining passes first.",
                nameof(scaler));
        }

        Scaler = scaler;
        ColumnNames = columnNames is null ? null : Checked([.. columnNames], scaler.Columns);
    }

    /// <summary>The scaler.</summary>
    public Scaler Scaler { get; }

    /// <summary>The names of its columns; null if they have none.</summary>
    public IReadOnlyList<string>? ColumnNames { get; }

    /// <summary>Writes the file to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            WriteContent(json);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>Reads a file from a stream, up to its end.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">Not a complete scaler file of this version; the message says where and why.</exception>
    public static ScalerFile Read(Stream stream)
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

        return ReadContent(fields);
    }

    /// <summary>Writes the scaler as fields of an open JSON object.</summary>
    internal void WriteContent(Utf8JsonWriter json)
    {
        ScalerKind.Write(json, Scaler);
        json.WriteStartArray("columns");
        for (int c = 0; c < Scaler.Columns; c++)
        {
            json.WriteStartObject();
            if (ColumnNames is not null)
            {
                json.WriteString("name", ColumnNames[c]);
            }

            Scaler.WriteColumn(json, c);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="WriteContent"/> wrote, up to the end of the object.</summary>
    internal static ScalerFile ReadContent(JsonFields fields)
    {
        Scaler scaler = ScalerKind.Read(fields);
        IReadOnlyList<JsonFields> columns = fields.Objects("columns");
        fields.End();
        if (columns.Count == 0)
        {
            throw fields.Error("columns", "is empty; expected the columns of a fitted scaler");
        }

        string[] names = [.. columns.Select(column => column.OptionalText("name")).OfType<string>()];
        return fields.Make(_ =>
        {
            scaler.Read(columns);
            foreach (JsonFields column in columns)
            {
                column.End();
            }

            return new ScalerFile(scaler, names.Length == 0 ? null : names);
        });
    }

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">Not a complete scaler file of this version; the message says where and why.</exception>
    public static ScalerFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new InvalidDataException("The path is a folder; expected the file of a scaler.");
        }

        using var file = new FileStream(PhysicalPath.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Read(file);
    }

    internal static string[] Checked(string[] columnNames, int columns)
    {
        if (columnNames.Length != columns)
        {
            throw new ArgumentException(Invariant($"There are {columnNames.Length} names for {columns} columns."), nameof(columnNames));
        }

        var seen = new HashSet<string>();
        foreach (string name in columnNames)
        {
            ArgumentNullException.ThrowIfNull(name, nameof(columnNames));
            if (!seen.Add(name))
            {
                throw new ArgumentException($"Two columns have the name \"{name}\".", nameof(columnNames));
            }

            if (!JsonText.CanHold(name))
            {
                throw new ArgumentException($"The name \"{name}\" has half of a surrogate pair.", nameof(columnNames));
            }
        }

        return columnNames;
    }
}
