using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Evenkeel.Studies.Harness;

/// <summary>Keeps the finished runs of a study in a file, so that a study that was stopped or killed goes on with them.</summary>
/// <remarks>
/// The first line is a key, and each further one the number of a run and what it measured, as JSON. A last line without an end, as a
/// killed process leaves it, does not count.
/// </remarks>
/// <typeparam name="TRun">What a run measures.</typeparam>
internal sealed class RunJournal<TRun> : IDisposable
    where TRun : class
{
    private readonly JsonTypeInfo<TRun> _form;
    private readonly FileStream _file;
    private readonly Lock _writing = new();

    /// <summary>Opens a journal; one with another key is begun anew.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What the runs depend on, in one line.</param>
    /// <param name="form">The JSON contract of a run.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public RunJournal(string path, string key, JsonTypeInfo<TRun> form)
    {
        _form = form;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // On Linux, processes share what is not FileShare.None.
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _file.SetLength(Read(key));
        _file.Position = _file.Length;
        if (_file.Length == 0)
        {
            Write(key);
        }
    }

    /// <summary>The runs that were finished before, by their numbers.</summary>
    public Dictionary<int, TRun> Finished { get; } = [];

    /// <summary>Adds a finished run.</summary>
    public void Add(int number, TRun run)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{number} {JsonSerializer.Serialize(run, _form)}");
        lock (_writing)
        {
            Write(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Reads the runs, and returns the length up to the end of the last line that can be used.</summary>
    private long Read(string key)
    {
        byte[] bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        ReadOnlySpan<byte> rest = bytes;
        for (int line = 0; rest.IndexOf((byte)'\n') is >= 0 and var end; line++)
        {
            if (!(line == 0 ? Encoding.UTF8.GetString(rest[..end]) == key : TryRead(rest[..end])))
            {
                break;
            }

            rest = rest[(end + 1)..];
        }

        return bytes.Length - rest.Length;
    }

    private bool TryRead(ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        if (space < 0 || !int.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        try
        {
            Finished[number] = JsonSerializer.Deserialize(line[(space + 1)..], _form) ?? throw new JsonException();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Write(string line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _file.Flush();
    }
}
