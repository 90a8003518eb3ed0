using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Evenkeel.Explanations;
using Evenkeel.Explanations.Methods;
using Evenkeel.Lab.Examples;
using Evenkeel.Lab.Programs;
using Evenkeel.Lab.Studies;
using Evenkeel.Lab.Time;
using Evenkeel.Lab.Training;
using Evenkeel.Lab.Traps;
using Evenkeel.Lab.Valley;
using Evenkeel.Normalization;

namespace Evenkeel.Lab;

/// <summary>All that the page asks for, as operations on JSON; knows nothing of how requests arrive.</summary>
internal sealed class LabFacade : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<string, string>> _operations;
    private TrainingPair? _pair;
    private int _watchers;
    private WrittenFrames? _written;

    /// <summary>Creates the lab; nothing is loaded before it is asked for.</summary>
    public LabFacade() => _operations = new()
    {
        ["describe"] = _ => Serialize(Describe(), LabJson.Default.LabDescription),
        ["explain"] = Operation(LabJson.Default.ExampleRequest, request =>
        {
            ExplanationEntry entry = Find(request.Name);
            return ExplanationJson.Write(entry.Explain(request.Input(entry.DefaultInput)));
        }),
        ["example-program"] = Program(LabJson.Default.ExampleRequest, request => ExampleProgram.Of(Find(request.Name), request)),
        ["nudge"] = Operation(LabJson.Default.NudgeRequest, request =>
        {
            ExplanationEntry entry = Find(request.Example.Name);
            Nudge nudge = Nudge.Of(entry, request.Example.Input(entry.DefaultInput), request.Element, request.Step);
            return Serialize(nudge, LabJson.Default.Nudge);
        }),
        ["valley"] = Operation(LabJson.Default.ValleyRequest, request =>
            Serialize(ValleyPath.Of(request), LabJson.Default.ValleyPath)),
        ["valley-program"] = Program(LabJson.Default.ValleyRequest, ValleyProgram.Of),
        ["time"] = Operation(LabJson.Default.TimelineRequest, request =>
            Serialize(Timeline.Of(request), LabJson.Default.Timeline)),
        ["time-program"] = Program(LabJson.Default.TimelineRequest, TimelineProgram.Of),
        ["trap"] = Operation(LabJson.Default.TrapRequest, request =>
        {
            Trap trap = FindTrap(request.Name);
            return Serialize(new TrapOutcome(trap.Right, trap.Run(), trap.Reason, trap.Study), LabJson.Default.TrapOutcome);
        }),
        ["trap-program"] = Program(LabJson.Default.TrapRequest, request => TrapProgram.Of(FindTrap(request.Name))),
        ["train"] = Operation(LabJson.Default.PairSettings, Train),
        ["run-program"] = Program(LabJson.Default.RunSettings, RunProgram.Of),
        ["control"] = Operation(LabJson.Default.PairControl, Control),
        ["stop"] = _ => Stop(),
    };

    /// <summary>The names of the operations.</summary>
    public IReadOnlyCollection<string> Operations => _operations.Keys;

    /// <summary>Runs an operation.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="request">The request, as JSON.</param>
    /// <returns>The answer, as JSON.</returns>
    /// <exception cref="LabException">There is no such operation, or the request is wrong; the message says what.</exception>
    public string Call(string operation, string request)
    {
        if (!_operations.TryGetValue(operation, out Func<string, string>? run))
        {
            throw new LabException($"There is no operation '{operation}'.");
        }

        try
        {
            return run(request);
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            // The first line: .NET adds the parameter's name on another.
            throw new LabException(e.Message.Split('\n')[0].TrimEnd(), e);
        }
    }

    /// <summary>The latest frames of both runs, as JSON; null if nothing trains.</summary>
    public string? Frames()
    {
        if (_pair is not { } pair)
        {
            return null;
        }

        // Frames are replaced as a whole: those that were written are written once, however often they are asked for.
        IReadOnlyList<RunFrame> frames = pair.Frames;
        if (_written is { } written && frames.SequenceEqual(written.Frames, ReferenceEqualityComparer.Instance))
        {
            return written.Json;
        }

        string json = Serialize(frames, LabJson.Default.IReadOnlyListRunFrame);
        _written = new WrittenFrames(frames, json);
        return json;
    }

    /// <summary>Announces that the frames are watched, until <see cref="EndWatch"/>: otherwise few are taken.</summary>
    public void BeginWatch() => Interlocked.Increment(ref _watchers);

    /// <summary>Announces that one of those who watch has gone.</summary>
    public void EndWatch() => Interlocked.Decrement(ref _watchers);

    /// <summary>Ends what trains.</summary>
    public void Dispose() => Stop();

    private static Func<string, string> Operation<TRequest>(JsonTypeInfo<TRequest> type, Func<TRequest, string> run) => request =>
        run(JsonSerializer.Deserialize(request, type) ?? throw new ArgumentException("The request is null."));

    private static Func<string, string> Program<TRequest>(JsonTypeInfo<TRequest> type, Func<TRequest, LabProgram> write) =>
        Operation(type, request => Serialize(write(request), LabJson.Default.LabProgram));

    private static string Serialize<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static ExplanationEntry Find(string name) => ExplanationCatalog.All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new ArgumentException($"There is no explanation '{name}'.");

    private static Trap FindTrap(string name) => TrapCatalog.All.FirstOrDefault(trap => trap.Name == name)
        ?? throw new ArgumentException($"There is no trap '{name}'.");

    private static LabDescription Describe() => new(
        typeof(LabFacade).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        ExplanationCatalog.All.ToDictionary(entry => entry.Name, entry => entry.Description),
        NormalizerCatalog.All.Where(entry => entry.Name is not (NormalizerCatalog.Instance or NormalizerCatalog.Ghost))
            .ToDictionary(entry => entry.Name, entry => entry.Description),
        [.. TrapCatalog.All.Select(trap => new TrapQuestion(trap.Name, trap.Question, trap.Choices))],
        StudyResults.All);

    private string Train(PairSettings settings)
    {
        lock (_lock)
        {
            TrainingPair next = new(settings.First, settings.Second, () => Volatile.Read(ref _watchers) > 0);
            _pair?.Dispose();
            _pair = next;
            next.Start();
        }

        return "{}";
    }

    private string Control(PairControl control)
    {
        lock (_lock)
        {
            TrainingPair pair = _pair ?? throw new ArgumentException("Nothing trains.");
            if (control.LearningRate is { } rate)
            {
                pair.SetLearningRate(rate);
            }

            if (control.IsPaused is { } isPaused)
            {
                pair.SetPaused(isPaused);
            }
        }

        return "{}";
    }

    private string Stop()
    {
        lock (_lock)
        {
            _pair?.Dispose();
            _pair = null;
        }

        return "{}";
    }

    private sealed record WrittenFrames(IReadOnlyList<RunFrame> Frames, string Json);
}
