using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.WebService;

/// <summary>Holds the model being served, and replaces it when its file has changed.</summary>
/// <remarks>
/// It checks the file at intervals, since notifications do not work on every file system and miss symbolic links. A file that is damaged
/// or half written does not have its hashes, so that loading throws and the old model stays.
/// </remarks>
internal sealed partial class ModelHost : BackgroundService
{
    private readonly ModelOptions _options;
    private readonly ILogger<ModelHost> _log;
    private (DateTime LastWrite, long Length) _version;
    private volatile ServedModel _current;
    private volatile string? _refusal;

    /// <summary>Loads the model; the service does not start without one.</summary>
    public ModelHost(IOptions<ModelOptions> options, ILogger<ModelHost> log)
    {
        (_options, _log) = (options.Value, log);
        _version = VersionOf(_options.Path);
        _current = ServedModel.Load(_options.Path);
        LogLoaded(_options.Path);
    }

    /// <summary>The model for a request, which uses it to its end.</summary>
    public ServedModel Current => _current;

    /// <summary>Why the file, as it is now, is not being served; null if it is.</summary>
    public string? Refusal => _refusal;

    /// <summary>The samples of a request at most.</summary>
    public int MaxSamples => _options.MaxSamples;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.ReloadInterval);
        using CancellationTokenRegistration stop = stoppingToken.Register(timer.Dispose); // ends the loop without an exception
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            (DateTime, long) version = VersionOf(_options.Path);
            if (version != _version || _refusal is not null)
            {
                _version = version; // taken before the file is read, so that a later change is seen
                Reload();
            }
        }
    }

    private void Reload()
    {
        try
        {
            var model = ServedModel.Load(_options.Path);
            _current.CheckSameShapes(model);
            _current = model;
            _refusal = null;
            LogLoaded(_options.Path);
        }
        catch (Exception e) // whatever is wrong with the file, the old model can serve
        {
            if (e.Message != _refusal)
            {
                LogRefused(e, _options.Path, e.Message);
            }

            _refusal = e.Message; // the next check tries again, since a file may be unreadable for a moment
        }
    }

    /// <summary>What changes when the file does, behind symbolic links too.</summary>
    private static (DateTime LastWrite, long Length) VersionOf(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            return (File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    [LoggerMessage(LogLevel.Information, "Serving {Path}")]
    private partial void LogLoaded(string path);

    [LoggerMessage(LogLevel.Error, "{Path} has changed and cannot be served; the model loaded before stays. {Reason}")]
    private partial void LogRefused(Exception exception, string path, string reason);
}
