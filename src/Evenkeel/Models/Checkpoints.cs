using System.Diagnostics;
using System.Globalization;
using Evenkeel.Data;
using Evenkeel.Formats;
using Evenkeel.Tensors;

namespace Evenkeel.Models;

/// <summary>A folder to which a trainer saves its state, so that training can be resumed after a crash, with the same bits.</summary>
/// <remarks>
/// <para>
/// Each checkpoint is one file, <c>checkpoint-STEP.evenkeel</c>: a model file with the state of the optimizer, of dropout and of
/// cross-iteration statistics, and the position in training besides. It is written beside, flushed to the disk, and renamed.
/// </para>
/// <para>A file that is not as it was written is skipped with a notice, and training resumes from the one before it.</para>
/// </remarks>
public sealed class Checkpoints
{
    private const string Prefix = "checkpoint-";
    private const string BestName = "best" + ModelFile.Extension;

    private long _lastWrite = Stopwatch.GetTimestamp();

    /// <summary>Creates the folder if it does not exist, and deletes temporary files that a killed process left in it.</summary>
    /// <param name="folder">The folder, for one training alone.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public Checkpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
        Directory.CreateDirectory(folder);
        AtomicFile.DeleteLeftovers(folder, $"*{ModelFile.Extension}");
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
    /// Whether to keep the checkpoint of the best epoch, by the measure of the validation, as <c>best.evenkeel</c>. Default false.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>
    /// Receives a line where a damaged checkpoint is skipped, or one of another arithmetic is resumed, which is refused if this is null.
    /// </summary>
    public Action<string>? Notice { get; init; }

    /// <summary>The layers of the user's own in the network; null, the default, for none.</summary>
    public LayerTypes? LayerTypes { get; init; }

    /// <summary>The paths of the checkpoints, the oldest first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public IReadOnlyList<string> Files =>
    [
        .. Directory.GetFiles(Folder, $"{Prefix}*{ModelFile.Extension}")
            .Select(path => (Path: path, Step: StepOf(path)))
            .Where(file => file.Step is not null)
            .OrderBy(file => file.Step)
            .Select(file => file.Path),
    ];

    /// <summary>Whether a checkpoint is to be written after a step.</summary>
    /// <param name="step">The number of steps so far.</param>
    internal bool IsDue(long step) =>
        (EverySteps is { } steps && step % steps == 0) || (Interval is { } interval && Stopwatch.GetElapsedTime(_lastWrite) >= interval);

    /// <summary>Writes a checkpoint, and deletes the oldest if there are too many.</summary>
    /// <param name="step">The number of steps so far.</param>
    /// <param name="tensors">All tensors.</param>
    /// <param name="texts">All texts.</param>
    /// <param name="isBest">Whether this is the best epoch.</param>
    internal void Write(long step, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> texts, bool isBest)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{ModelFile.Extension}");
        Safetensors.Write(Path.Combine(Folder, name), tensors, texts);
        if (isBest && KeepBest)
        {
            Safetensors.Write(Path.Combine(Folder, BestName), tensors, texts);
        }

        foreach (string old in Files.SkipLast(Keep))
        {
            File.Delete(old);
        }

        _lastWrite = Stopwatch.GetTimestamp();
    }

    /// <summary>Opens the newest checkpoint that is as it was written; null if there is none at all.</summary>
    /// <exception cref="InvalidDataException">There are checkpoints, and none is as it was written.</exception>
    internal SafetensorsFile? OpenNewest()
    {
        string? problem = null;
        foreach (string path in Files.Reverse())
        {
            SafetensorsFile? file = null;
            try
            {
                file = Safetensors.Read(path);
                if (!file.HasHashes)
                {
                    throw new InvalidDataException("The file has no hashes.");
                }

                foreach (NamedTensor tensor in file.Tensors)
                {
                    tensor.ForEachPart(static _ => { }); // checks the hash
                }

                return file;
            }
            catch (InvalidDataException e)
            {
                file?.Dispose();
                problem = e.Message;
                Notice?.Invoke($"{Path.GetFileName(path)} is skipped: {e.Message}");
            }
        }

        return problem is null ? null
            : throw new InvalidDataException($"None of the checkpoints in '{Folder}' is as it was written; of the oldest: {problem}");
    }

    private static long? StepOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path)[Prefix.Length..];
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
    }
}
