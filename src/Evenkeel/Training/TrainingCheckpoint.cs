using System.Text;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>The state of a trainer in a file: the network, the optimizer, and the position in a call of <c>Fit</c>.</summary>
/// <param name="trainer">The trainer.</param>
internal sealed class TrainingCheckpoint<TTarget>(Trainer<TTarget> trainer)
    where TTarget : unmanaged
{
    private const int Version = 1;
    private const long MaximumSteps = 1_000_000_000_000_000;
    private const string OptimizerPrefix = ModelFile.TrainingPrefix + "optimizer/";
    private const string BestPrefix = ModelFile.TrainingPrefix + "best/";
    private const string PositionName = ModelFile.TrainingPrefix + "position";
    private const string BeforeName = ModelFile.TrainingPrefix + "results_before";
    private const string ResultsName = ModelFile.TrainingPrefix + "results";
    private const string HistoryName = ModelFile.TrainingPrefix + "history";

    /// <summary>Throws, before hours of training depend on it, if the network or the optimizer cannot be in a checkpoint.</summary>
    /// <exception cref="NotSupportedException">They cannot.</exception>
    public void CheckSupported()
    {
        _ = new ModelFile(trainer.Network).CreateMetadata(trainer.Checkpoints!.LayerTypes);
        foreach (Parameter parameter in trainer.Network.Parameters)
        {
            _ = trainer.Optimizer.StateOf(parameter, create: false);
        }
    }

    /// <summary>Writes a checkpoint, unless another process does.</summary>
    /// <param name="isBest">Whether it is that of the best epoch.</param>
    public void Write(bool isBest)
    {
        if (trainer.Gradients?.WritesCheckpoints == false)
        {
            return;
        }

        FitRun<TTarget>? run = trainer.Run;
        Checkpoints checkpoints = trainer.Checkpoints!;
        Dictionary<string, string> metadata =
            new ModelFile(trainer.Network) { SampleShape = run?.SampleShape }.CreateMetadata(checkpoints.LayerTypes);
        metadata.Add(ModelFile.TrainingKey, Describe(run));
        checkpoints.Write(trainer.Steps, [.. Tensors(run)], metadata, isBest);
    }

    /// <summary>Loads a checkpoint; nothing is changed if it is refused.</summary>
    /// <param name="file">The file, whose hashes are right.</param>
    /// <param name="history">Receives the results of all epochs.</param>
    /// <param name="continueFit">Whether the next calls are those of the checkpoint.</param>
    /// <exception cref="InvalidDataException">It is not a checkpoint of this trainer.</exception>
    public void Load(SafetensorsFile file, List<EpochResult> history, bool continueFit)
    {
        if (!file.Metadata.TryGetValue(ModelFile.TrainingKey, out string? description))
        {
            throw new InvalidDataException("The file is a model, and not a checkpoint: it has no state of training.");
        }

        var fields = JsonFields.Parse(Encoding.UTF8.GetBytes(description));
        CheckSettings(fields);
        double learningRate = Optimizer.CheckNotNegative(fields.Number("learning_rate", 0), "learning_rate");
        long steps = fields.Long("steps");
        if (steps > MaximumSteps)
        {
            throw fields.Error("steps", Invariant($"is {steps}; at most {MaximumSteps} are possible"));
        }

        int lastEpoch = fields.Integer("last_epoch", int.MaxValue);
        int optimizerTensors = fields.Integer("optimizer_tensors", int.MaxValue);
        InterruptedFit[] calls = [.. ReadCalls(file, fields)];
        EpochResult[] results = [.. EpochResults.Read(file[HistoryName].Read<double>())];
        fields.End();
        Layer saved = ReadNetwork(file);
        List<(StateTensor To, NamedTensor From)> optimizer = MatchOptimizer(file);
        if (optimizer.Count != optimizerTensors)
        {
            throw new InvalidDataException("The checkpoint does not have all tensors of the optimizer's state.");
        }

        saved.CopyTo(trainer.Network);
        trainer.Optimizer.LearningRate = learningRate;
        foreach ((StateTensor to, NamedTensor from) in optimizer)
        {
            to.Load(from);
        }

        trainer.Steps = steps;
        trainer.LastEpoch = lastEpoch;
        history.AddRange(results);
        foreach (InterruptedFit call in continueFit ? calls : [])
        {
            trainer.Interrupted.Enqueue(call);
        }
    }

    private IEnumerable<InterruptedFit> ReadCalls(SafetensorsFile file, JsonFields fields)
    {
        IReadOnlyList<JsonFields> calls = fields.Objects("calls");
        EpochResult[] before = calls.Count > 1 ? [.. EpochResults.Read(file[BeforeName].Read<double>())] : [];
        int next = 0;
        for (int i = 0; i < calls.Count; i++)
        {
            Dictionary<string, string> settings = calls[i].Object("settings").AllTexts();
            int firstEpoch = calls[i].Integer("first_epoch", int.MaxValue), count = calls[i].Integer("epochs", int.MaxValue);
            calls[i].End();
            bool isOver = i < calls.Count - 1;
            if (isOver && count > before.Length - next)
            {
                throw calls[i].Error("epochs", "is more than the results of epochs in the file");
            }

            FitPosition position = isOver
                ? new FitPosition { FirstEpoch = firstEpoch, Epoch = firstEpoch, Results = before[next..(next + count)] }
                : EpochResults.ReadPosition(file[PositionName].Read<double>(), file[ResultsName].Read<double>());
            next += isOver ? count : 0;
            yield return new InterruptedFit(position, settings, isOver ? null : Best(file, position), isOver);
        }
    }

    private void CheckSettings(JsonFields fields)
    {
        if (fields.Long("version") is var version && version != Version)
        {
            throw fields.Error("version", Invariant($"is {version}; this version of the library reads version {Version}"));
        }

        if (fields.Long("arithmetic") is var arithmetic && arithmetic != Arithmetic.Version)
        {
            string warning = Invariant($"The checkpoint is of version {arithmetic} of the library's arithmetic, and this is version ")
                + Invariant($"{Arithmetic.Version}: results will not be bit-identical");
            if (!trainer.Checkpoints!.AllowOtherArithmetic)
            {
                throw new InvalidDataException(
                    $"{warning}. To resume all the same, set {nameof(Checkpoints)}.{nameof(Checkpoints.AllowOtherArithmetic)}.");
            }

            trainer.Checkpoints.Warning?.Invoke(warning + ".");
        }

        CheckSame("optimizer", fields.Text("optimizer"), OptimizerSettings());
        CheckSame("clipping", fields.Text("clipping"), Clipping);

        static void CheckSame(string what, string before, string now)
        {
            if (before != now)
            {
                throw new InvalidDataException($"The checkpoint was written with the {what} '{before}', and the trainer has '{now}'.");
            }
        }
    }

    private string Clipping => $"{trainer.Clipping}";

    /// <summary>The settings of the optimizer, with the parameters of each group.</summary>
    private string OptimizerSettings()
    {
        Dictionary<Parameter, string> paths = trainer.Network.NamedParameters().ToDictionary(named => named.Parameter, named => named.Path);
        return string.Concat(
        [
            trainer.Optimizer.Settings, Invariant($", weight decay {trainer.Optimizer.WeightDecay}"),
            .. trainer.Optimizer.Groups.Select(group => Invariant(
                $"; rate factor {group.LearningRateFactor}, weight decay {group.WeightDecay ?? trainer.Optimizer.WeightDecay} of ")
                + string.Join(' ', group.Parameters.Select(parameter => paths.GetValueOrDefault(parameter, "another network's")))),
        ]);
    }

    private Layer ReadNetwork(SafetensorsFile file)
    {
        LayerTypes? types = trainer.Checkpoints!.LayerTypes;
        Layer saved = ModelFile.Read(file, types).Network;
        ModelFile.CheckSameStructure(saved, trainer.Network, types);
        return trainer.Network.StateDict(includeTrainingOnly: true).Count == file.Tensors.Count(ModelFile.IsOfNetwork)
            ? saved
            : throw new InvalidDataException("The checkpoint does not have all tensors of the network's state.");
    }

    /// <summary>Finds the tensor in the file for each of the optimizer's state.</summary>
    private List<(StateTensor To, NamedTensor From)> MatchOptimizer(SafetensorsFile file)
    {
        var pairs = new List<(StateTensor, NamedTensor)>();
        Dictionary<string, NamedTensor> saved = file.Tensors
            .Where(tensor => tensor.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal)).ToDictionary(tensor => tensor.Name);
        string[] paths = [.. saved.Keys.Select(name => name[OptimizerPrefix.Length..name.LastIndexOf('/')]).Distinct()];
        foreach ((string path, Parameter parameter) in trainer.Network.NamedParameters().Where(named => paths.Contains(named.Path)))
        {
            foreach (StateTensor to in trainer.Optimizer.StateOf(parameter, create: true))
            {
                string name = $"{OptimizerPrefix}{path}/{to.Name}";
                if (!saved.Remove(name, out NamedTensor? from) || !from.Lengths.SequenceEqual(to.Lengths) || from.Type != to.Type)
                {
                    throw new InvalidDataException($"The checkpoint lacks the tensor '{name}', or has one of another shape or type.");
                }

                pairs.Add((to, from));
            }
        }

        return saved.Keys.FirstOrDefault() is { } unexpected
            ? throw new InvalidDataException($"The checkpoint has the tensor '{unexpected}', which the optimizer does not have.")
            : pairs;
    }

    private StateSnapshot? Best(SafetensorsFile file, FitPosition position)
    {
        NamedTensor[] tensors =
        [
            .. file.Tensors.Where(tensor => tensor.Name.StartsWith(BestPrefix, StringComparison.Ordinal))
                .Select(tensor => tensor.WithName(tensor.Name[BestPrefix.Length..])),
        ];
        if (tensors.Length == 0 || position.BestEpoch == 0)
        {
            return null;
        }

        var best = new StateSnapshot(trainer.Network);
        best.Load(tensors);
        return best;
    }

    private IEnumerable<NamedTensor> OptimizerTensors() => trainer.Network.NamedParameters().SelectMany(named =>
        trainer.Optimizer.StateOf(named.Parameter, create: false).Select(tensor =>
            tensor.WithName($"{OptimizerPrefix}{named.Path}/{tensor.Name}")));

    private IEnumerable<NamedTensor> Tensors(FitRun<TTarget>? run)
    {
        IEnumerable<NamedTensor> tensors = trainer.Network.StateDict(includeTrainingOnly: true).Concat(OptimizerTensors());
        // An epoch that was cancelled goes on when it is resumed.
        EpochResult[] history = [.. trainer.History.Where(result => result.Number != run?.Position.Epoch)];
        EpochResult[] before = [.. trainer.CallsBefore.SelectMany(call => call.Position.Results)];
        tensors = tensors.Append(StateTensor.Of(HistoryName, EpochResults.Write(history)));
        return run is null ? tensors
            : tensors
                .Append(StateTensor.Of(BeforeName, EpochResults.Write(before)))
                .Concat((run.Best?.Tensors ?? []).Select(tensor => tensor.WithName(BestPrefix + tensor.Name)))
                .Append(StateTensor.Of(PositionName, EpochResults.WritePosition(run.Position, run.Elapsed)))
                .Append(StateTensor.Of(ResultsName, EpochResults.Write([.. run.Position.Results])));
    }

    private string Describe(FitRun<TTarget>? run) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteNumber("arithmetic", Arithmetic.Version);
        json.WriteString("optimizer", OptimizerSettings());
        json.WriteString("clipping", Clipping);
        json.WriteNumber("learning_rate", run?.LearningRateWithoutSchedule ?? trainer.Optimizer.LearningRate);
        json.WriteNumber("steps", trainer.Steps);
        json.WriteNumber("last_epoch", trainer.LastEpoch);
        json.WriteNumber("optimizer_tensors", OptimizerTensors().Count());
        json.WriteStartArray("calls");
        foreach (InterruptedFit call in trainer.CallsBefore)
        {
            Describe(json, call.Settings, call.Position);
        }

        if (run is not null)
        {
            Describe(json, run.Settings, run.Position);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Describe(Utf8JsonWriter json, IReadOnlyDictionary<string, string> settings, FitPosition position)
    {
        json.WriteStartObject();
        json.WriteNumber("first_epoch", position.FirstEpoch);
        json.WriteNumber("epochs", position.Results.Count);
        json.WriteStartObject("settings");
        foreach ((string name, string value) in settings)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
