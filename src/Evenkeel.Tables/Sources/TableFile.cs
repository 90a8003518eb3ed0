using Evenkeel.Data;
using Evenkeel.Tables.Csv;
using Evenkeel.Tables.Parquet;
using Evenkeel.Tables.Streams;

namespace Evenkeel.Tables;

/// <summary>A table in a file: CSV in UTF-8, CSV compressed with gzip, or Parquet, which its first bytes tell.</summary>
/// <example>
/// <code>
/// var file = new TableFile("train.csv.gz", new TableFileOptions { Missing = ["NA"] });
/// using TableReader reader = file.Open();
/// Console.WriteLine(string.Join(", ", reader.Columns));
/// </code>
/// </example>
public sealed class TableFile : TableSource
{
    private const int Beginning = 4;

    private readonly Func<FileStream> _open;
    private readonly string _subject;

    /// <summary>Names a file; nothing is opened yet.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The format of a CSV file; null for commas and decimal points.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public TableFile(string path, TableFileOptions? options = null)
        : this(path, $"'{path}'", () => OpenPath(path), options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
    }

    /// <summary>Names a stream, such as standard input.</summary>
    /// <param name="name">The name.</param>
    /// <param name="subject">The subject of a sentence about it.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="options">The format of a CSV file; null for commas and decimal points.</param>
    internal TableFile(string name, string subject, Func<FileStream> open, TableFileOptions? options)
    {
        (Name, _subject, _open) = (name, subject, open);
        Options = options ?? new TableFileOptions();
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>The format of a CSV file.</summary>
    public TableFileOptions Options { get; }

    /// <inheritdoc/>
    public override TableReader Open()
    {
        try
        {
            FileStream file = _open();
            try
            {
                return Open(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{_subject} {e.Message}.", e);
        }
    }

    private TableReader Open(FileStream file)
    {
        var bytes = new byte[Beginning];
        int count;
        try
        {
            count = file.ReadAtLeast(bytes, Beginning, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw new InvalidDataException("cannot be read: " + e.Message.TrimEnd('.'), e);
        }

        long? length = file.CanSeek ? file.Length : null;
        ReadOnlyMemory<byte> beginning = bytes.AsMemory(0, count);
        if (beginning.Span.SequenceEqual("PAR1"u8))
        {
            return length is null
                ? throw new InvalidDataException("is a Parquet file, which is read from its end; a pipe has none, save it to a file")
                : new ParquetInput(Name, file, Options.MissingBytes);
        }

        if (beginning.Span.SequenceEqual("PARE"u8))
        {
            throw new InvalidDataException("is an encrypted Parquet file; decrypt it first");
        }

        var content = new AppendedStream(beginning, file, default);
        return beginning.Span is [0x1f, 0x8b, ..]
            ? new CsvInput(Name, new GzipInput(content), length, () => content.Position, Options.Dialect)
            : new CsvInput(Name, content, length, null, Options.Dialect);
    }

    private static FileStream OpenPath(string path) => Directory.Exists(path)
        ? throw new InvalidDataException("is a folder")
        : new FileStream(
            PhysicalPath.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);
}
