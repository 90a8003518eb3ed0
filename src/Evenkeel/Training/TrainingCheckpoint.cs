using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Normalization;
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
    private const string OptimizerPrefix = ModelFile.TrainingPrefix + "optimizer/";
    private const string BestPrefix = ModelFile.TrainingPrefix + "best/";
    private const string PositionName = ModelFile.TrainingPrefix + "position";
    private const string ResultsName = ModelFile.TrainingPrefix + "results";
    private const string HistoryName = ModelFile.TrainingPrefix + "history";

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="run">The call of <c>Fit</c>; null between calls.</param>
    /// <param name="isBest">Whether it is that of the best epoch.</param>
    public void Write(FitRun<TTarget>? run, bool isBest)
    {
        Checkpoints checkpoints = trainer.Checkpoints!;
        Dictionary<string, string> texts =
            new ModelFile(trainer.Network) { SampleShape = run?.SampleShape }.Texts(checkpoints.LayerTypes);
        texts.Add(ModelFile.TrainingText, Describe(run));
        checkpoints.Write(trainer.Steps, [.. Tensors(run)], texts, isBest);
    }

    /// <summary>Loads a checkpoint; returns the call of <c>Fit</c> that it interrupted, null if there is none.</summary>
    /// <param name="file">The file, whose hashes are right.</param>
    /// <param name="history">Receives the results of all epochs.</param>
    /// <exception cref="InvalidDataException">It is not a checkpoint of this trainer.</exception>
    public InterruptedFit? Load(SafetensorsFile file, List<EpochResult> history)
    {
        if (!file.Metadata.TryGetValue(ModelFile.TrainingText, out string? description))
        {
            throw new InvalidDataException("The file is a model, and not a checkpoint: it has no state of training.");
        }

        var fields = JsonFields.Parse(Encoding.UTF8.GetBytes(description));
        Check(fields);
        LoadNetwork(file);
        LoadOptimizer(file, fields.Number("learning_rate", 0));
        trainer.Steps = fields.Long("steps");
        trainer.LastEpoch = fields.Integer("last_epoch", int.MaxValue);
        history.Clear();
        history.AddRange(EpochResults.Read(file[HistoryName].Read<double>()));
        JsonFields? settings = fields.ObjectOrNull("settings");
        fields.End();
        return settings is null ? null
            : new InterruptedFit(
                EpochResults.ReadPosition(file[PositionName].Read<double>(), file[ResultsName].Read<double>()),
                settings.AllTexts(),
                Best(file));
    }

    private void Check(JsonFields fields)
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

        CheckSame("optimizer", fields.Text("optimizer"), trainer.Optimizer.AllSettings);
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

    private void LoadNetwork(SafetensorsFile file)
    {
        LayerTypes? types = trainer.Checkpoints!.LayerTypes;
        Layer saved = ModelFile.Read(file, types).Network;
        ModelFile.CheckSameStructure(saved, trainer.Network, types);
        int tensors = file.Tensors.Count(tensor => !tensor.Name.StartsWith(ModelFile.TrainingPrefix, StringComparison.Ordinal));
        if (trainer.Network.StateDict(includeTrainingOnly: true).Count != tensors)
        {
            throw new InvalidDataException("The checkpoint does not have all tensors of the network's state.");
        }

        trainer.Network.Load(saved.StateDict(includeTrainingOnly: true));
        foreach (((string Path, Layer Layer) from, (string Path, Layer Layer) to) in saved.NamedLayers().Zip(trainer.Network.NamedLayers()))
        {
            if (to.Layer is RunningNormalization normalization)
            {
                normalization.CopySettings((RunningNormalization)from.Layer);
            }
        }

        foreach ((Parameter from, Parameter to) in saved.Parameters.Zip(trainer.Network.Parameters))
        {
            to.IsTrainable = from.IsTrainable;
        }
    }

    private void LoadOptimizer(SafetensorsFile file, double learningRate)
    {
        trainer.Optimizer.LearningRate = learningRate;
        foreach ((string path, Parameter parameter) in trainer.Network.NamedParameters())
        {
            string prefix = $"{OptimizerPrefix}{path}/";
            NamedTensor[] saved = [.. file.Tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))];
            if (saved.Length > 0)
            {
                Load(trainer.Optimizer.StateOf(parameter, create: true), saved, prefix);
            }
        }
    }

    private static void Load(IReadOnlyList<StateTensor> state, NamedTensor[] saved, string prefix)
    {
        foreach (StateTensor tensor in state)
        {
            NamedTensor from = saved.FirstOrDefault(candidate => candidate.Name == prefix + tensor.Name)
                ?? throw new InvalidDataException($"The checkpoint lacks the tensor '{prefix}{tensor.Name}'.");
            if (!from.Lengths.SequenceEqual(tensor.Lengths) || from.Type != tensor.Type)
            {
                throw new InvalidDataException(
                    $"The tensor '{from.Name}' of the checkpoint has another shape or type than the optimizer's.");
            }

            tensor.Load(from);
        }
    }

    private StateSnapshot? Best(SafetensorsFile file)
    {
        NamedTensor[] tensors =
        [
            .. file.Tensors.Where(tensor => tensor.Name.StartsWith(BestPrefix, StringComparison.Ordinal))
                .Select(tensor => tensor.WithName(tensor.Name[BestPrefix.Length..])),
        ];
        if (tensors.Length == 0)
        {
            return null;
        }

        var best = new StateSnapshot(trainer.Network);
        best.Load(tensors);
        return best;
    }

    private IEnumerable<NamedTensor> Tensors(FitRun<TTarget>? run)
    {
        IEnumerable<NamedTensor> optimizer = trainer.Network.NamedParameters().SelectMany(named =>
            trainer.Optimizer.StateOf(named.Parameter, create: false).Select(tensor =>
                tensor.WithName($"{OptimizerPrefix}{named.Path}/{tensor.Name}")));
        IEnumerable<NamedTensor> tensors = trainer.Network.StateDict(includeTrainingOnly: true).Concat(optimizer);
        // An epoch that was cancelled goes on when it is resumed.
        EpochResult[] history = [.. trainer.History.Where(result => result.Number != run?.Position.Epoch)];
        tensors = tensors.Append(StateTensor.Of(HistoryName, EpochResults.Write(history)));
        return run is null ? tensors
            : tensors
                .Concat((run.Best?.Tensors ?? []).Select(tensor => tensor.WithName(BestPrefix + tensor.Name)))
                .Append(StateTensor.Of(PositionName, EpochResults.WritePosition(run.Position, run.Elapsed)))
                .Append(StateTensor.Of(ResultsName, EpochResults.Write([.. run.Position.Results])));
    }

    private string Describe(FitRun<TTarget>? run)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteNumber("arithmetic", Arithmetic.Version);
            json.WriteString("optimizer", trainer.Optimizer.AllSettings);
            json.WriteString("clipping", Clipping);
            json.WriteNumber("learning_rate", run?.LearningRateWithoutSchedule ?? trainer.Optimizer.LearningRate);
            json.WriteNumber("steps", trainer.Steps);
            json.WriteNumber("last_epoch", trainer.LastEpoch);
            if (run is null)
            {
                json.WriteNull("settings");
            }
            else
            {
                json.WriteStartObject("settings");
                foreach ((string name, string value) in run.Settings)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
