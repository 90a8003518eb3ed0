using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Data;
using Evenkeel.Formats;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>A fitted scaler as a file: readable JSON, from which a scaler comes back that gives the same results to the bit.</summary>
/// <remarks>
/// The file holds the scaler's kind and settings, and for each column its name, the statistics it was fitted to (so that a scaler
/// that was loaded can be fitted further) and, where the scaler is affine, the center and scale that follow from them. It is read
/// strictly: a field that is missing, unknown or contradicts another is an error.
/// </remarks>
public sealed class ScalerFile
{
    private const string Format = "evenkeel-scaler";
    private const int Version = 1;
    private const int MaximumLength = 128 * 1024 * 1024;

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Describes what a file is to hold.</summary>
    /// <param name="scaler">A fitted scaler.</param>
    /// <param name="columnNames">What its columns are called, each differently; null where they have no names.</param>
    /// <exception cref="ArgumentException">The scaler is not fitted; or there are not as many names as columns, or two are the same.</exception>
    public ScalerFile(Scaler scaler, IReadOnlyList<string>? columnNames = null)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        if (scaler.Columns == 0)
        {
            throw new ArgumentException("The scaler is not fitted: there is nothing to write.", nameof(scaler));
        }

        Scaler = scaler;
        ColumnNames = columnNames is null ? null : Checked([.. columnNames], scaler.Columns);
    }

    /// <summary>The scaler.</summary>
    public Scaler Scaler { get; }

    /// <summary>What its columns are called; null where they have no names.</summary>
    public IReadOnlyList<string>? ColumnNames { get; }

    /// <summary>Writes the file into a stream.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
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
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    /// <summary>Reads a file from a stream, to its end.</summary>
    /// <param name="stream">Where from; stays open.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not a whole file of this format and version; the message says where and what.</exception>
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

    /// <summary>Writes the file beside its place and renames it there, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">It is not a whole file of this format and version; the message says where and what.</exception>
    public static ScalerFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.OpenRead(path);
        return Read(file);
    }

    private static string[] Checked(string[] columnNames, int columns)
    {
        if (columnNames.Length != columns)
        {
            throw new ArgumentException(
                Invariant($"There are {columnNames.Length} names for {columns} columns."), nameof(columnNames));
        }

        var seen = new HashSet<string>();
        foreach (string name in columnNames)
        {
            ArgumentNullException.ThrowIfNull(name, nameof(columnNames));
            if (!seen.Add(name))
            {
                throw new ArgumentException($"Two columns have the name \"{name}\".", nameof(columnNames));
            }

            if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) != name)
            {
                throw new ArgumentException($"The name \"{name}\" has half of a surrogate pair.", nameof(columnNames));
            }
        }

        return columnNames;
    }
}
