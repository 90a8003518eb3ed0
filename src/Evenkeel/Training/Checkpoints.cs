using System.Diagnostics;
using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Tensors;

namespace Evenkeel.Training;

/// <summary>A folder to which a trainer saves its state, so that training can be resumed after a crash, with the same bits.</summary>
/// <remarks>
/// <para>
/// Each checkpoint is one file, <c>checkpoint-STEP.evenkeel</c>: a model file with the state of the optimizer, of dropout and of
/// cross-iteration statistics, and the position in training besides. It is written to a temporary file, flushed to the disk, and renamed.
/// </para>
/// <para>A checkpoint that fails its hash check is skipped with a warning, and training resumes from the one before it.</para>
/// </remarks>
public sealed class Checkpoints
{
    private const string Prefix = "checkpoint-";
    private const string BestName = "best" + ModelFile.Extension;

    private readonly List<string> _damaged = [];
    private bool _isOwn;
    private long _lastWrite;

    /// <summary>Names a folder, which is created when training begins.</summary>
    /// <param name="folder">The folder, for one training alone.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public Checkpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The number of steps between checkpoints; null, the default, for none by steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? EverySteps
    {
        get;
        init
        {
            if (value is { } steps)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>The time between checkpoints, each written after a step; null, the default, for none by time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? Interval
    {
        get;
        init
        {
            if (value is { } interval)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Whether to write a checkpoint at the end of each epoch. Default true.</summary>
    public bool AtEpochEnd { get; init; } = true;

    /// <summary>The number of checkpoints that are kept, the last ones. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Keep
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    = 3;

    /// <summary>
    /// Whether to keep the checkpoint of the best epoch of the call of <c>Fit</c>, by its validation, as <c>best.evenkeel</c>. Default
    /// false.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>Receives a line where a damaged checkpoint is skipped, or one of another arithmetic is resumed; null by default.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>
    /// Whether to resume a checkpoint of another version of the library's arithmetic, from which training does not give the bits of an
    /// uninterrupted run. Default false: it is refused.
    /// </summary>
    public bool AllowOtherArithmetic { get; init; }

    /// <summary>The layers of the user's own in the network; null, the default, for none.</summary>
    public LayerTypes? LayerTypes { get; init; }

    /// <summary>Lists the paths of the checkpoints, the oldest first; none if there is no folder.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public IReadOnlyList<string> GetFiles() => !Directory.Exists(Folder) ? [] :
    [
        .. Directory.GetFiles(Folder, $"{Prefix}*{ModelFile.Extension}")
            .Select(path => (Path: path, Step: StepOf(path)))
            .Where(file => file.Step is not null && LinuxFile.Of(file.Path) is not { IsRegular: false })
            .OrderBy(file => file.Step)
            .Select(file => file.Path),
    ];

    /// <summary>Creates the folder if there is none, and deletes temporary files that a killed process left in it.</summary>
    /// <exception cref="InvalidOperationException">The folder has checkpoints of a training that was not resumed.</exception>
    internal void Begin()
    {
        if (!_isOwn && GetFiles().Count > 0)
        {
            throw new InvalidOperationException(
                $"The folder '{Folder}' has checkpoints of an earlier training: call Resume to continue it, or choose another folder.");
        }

        Directory.CreateDirectory(Folder);
        AtomicFile.DeleteLeftovers(Folder, $"*{ModelFile.Extension}");
        _isOwn = true;
        _lastWrite = Stopwatch.GetTimestamp();
    }

    /// <summary>Whether a checkpoint is to be written after a step.</summary>
    /// <param name="step">The number of steps so far.</param>
    internal bool IsDue(long step) =>
        (EverySteps is { } steps && step % steps == 0) || (Interval is { } interval && Stopwatch.GetElapsedTime(_lastWrite) >= interval);

    /// <summary>Writes a checkpoint, and deletes the oldest if there are too many.</summary>
    /// <param name="step">The number of steps so far.</param>
    /// <param name="tensors">All tensors.</param>
    /// <param name="metadata">All metadata.</param>
    /// <param name="isBest">Whether this is the best epoch.</param>
    internal void Write(long step, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata, bool isBest)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{ModelFile.Extension}");
        string path = Path.Combine(Folder, name);
        if (isBest && KeepBest)
        {
            Safetensors.Write(Path.Combine(Folder, BestName), tensors, metadata);
        }

        Safetensors.Write(path, tensors, metadata);
        _damaged.Remove(path);

        // What is damaged, or later than what was resumed, must not take the place of a whole one.
        string[] obsolete = [.. GetFiles().Where(other => StepOf(other) > step || _damaged.Contains(other))];
        foreach (string old in obsolete.Concat(GetFiles().Except(obsolete).SkipLast(Keep)))
        {
            File.Delete(old);
        }

        _damaged.Clear();

        _lastWrite = Stopwatch.GetTimestamp();
    }

    /// <summary>Opens the newest checkpoint that passes its hash check; null if there is none at all.</summary>
    /// <exception cref="InvalidDataException">There are checkpoints, and none passes its hash check.</exception>
    internal (string Path, SafetensorsFile File)? OpenNewest()
    {
        string? problem = null;
        _damaged.Clear();
        foreach (string path in GetFiles().Reverse())
        {
            try
            {
                SafetensorsFile file = Open(path);
                _isOwn = true;
                return (path, file);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                _damaged.Add(path);
                problem = e.Message;
                Warning?.Invoke($"{Path.GetFileName(path)} is skipped: {e.Message}");
            }
        }

        return problem is null ? null
            : throw new InvalidDataException($"No checkpoint in '{Folder}' passes its hash check; the oldest: {problem}");
    }

    private static SafetensorsFile Open(string path)
    {
        SafetensorsFile file = Safetensors.Read(path);
        try
        {
            if (!file.HasHashes)
            {
                throw new InvalidDataException("The file has no hashes.");
            }

            foreach (NamedTensor tensor in file.Tensors)
            {
                tensor.CheckHash();
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static long? StepOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path)[Prefix.Length..];
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
    }
}
