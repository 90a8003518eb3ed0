using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>The epochs of one call of <c>Fit</c>.</summary>
/// <remarks>
/// All that changes in a run is in <see cref="Position"/>, beside the network, the optimizer and <see cref="Best"/>. A run that begins at
/// a position of another one takes the same steps as that one would have, bit for bit.
/// </remarks>
internal sealed class FitRun<TTarget>
    where TTarget : unmanaged
{
    private readonly Trainer<TTarget> _trainer;
    private readonly FitOptions _options;
    private readonly Batches<TTarget> _batches;
    private readonly Dataset<TTarget>? _validation;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private ScheduledRate _rate;
    private long _epochStart;
    private long _lastCheckpoint;
    private bool _isDue;

    /// <summary>Checks the arguments of a call; nothing is trained yet.</summary>
    /// <inheritdoc cref="Trainer{TTarget}.Epochs" path="/exception"/>
    public FitRun(
        Trainer<TTarget> trainer,
        Dataset<TTarget> data,
        FitOptions options,
        Dataset<TTarget>? validation,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Epochs, nameof(options.Epochs));
        Defined.Check(options.Monitor);
        _trainer = trainer;
        _options = options;
        _progress = progress;
        _cancellationToken = cancellationToken;
        (Dataset<TTarget> training, _validation) = Split(data, options, validation);
        _batches = new Batches<TTarget>(training, options.BatchSize, options.Seed, options.DropLast, options.Augmentation);
        _ = trainer.Interrupted.TryPeek(out InterruptedFit? interrupted);
        _rate = RateAfter((interrupted?.Position.FirstEpoch ?? trainer.LastEpoch + 1) - 1);
        _rate.Check();
        BatchSizeCheck.Check(trainer.Network, training.Inputs, options);
        CheckTargets(data);
        CheckValidation(options, isSeparate: validation is not null);
        if (trainer.Checkpoints is { } checkpoints)
        {
            if (trainer.Gradients?.WritesCheckpoints != false)
            {
                checkpoints.Begin();
            }

            new TrainingCheckpoint<TTarget>(trainer).CheckSupported();
        }

        Settings = Describe(data, options, _validation);
        SampleShape = [.. data.SampleShape.ToArray().Select(length => (int)length)];
        if (interrupted is not null)
        {
            CheckSettings(interrupted.Settings);
            interrupted.Position.Check(_batches.Count);
        }

        Best = options.RestoreBest ? interrupted?.Best ?? new StateSnapshot(trainer.Network) : null;
    }

    /// <summary>The shape of a sample.</summary>
    public IReadOnlyList<int> SampleShape { get; }

    /// <summary>The settings that a call must have that continues this one, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The position in the current enumeration; it changes after each step.</summary>
    public FitPosition Position { get; private set; } = new();

    /// <summary>The network's state at <see cref="FitPosition.BestEpoch"/>; null where it is not to be restored.</summary>
    public StateSnapshot? Best { get; }

    /// <summary>The number of steps per epoch.</summary>
    public int StepsPerEpoch => _batches.Count;

    /// <summary>The optimizer's learning rate without the schedule's factor, at any moment of the run.</summary>
    public double LearningRateWithoutSchedule => _rate.WithoutSchedule;

    /// <summary>The duration of the current epoch, with that of earlier runs.</summary>
    public TimeSpan Elapsed =>
        TimeSpan.FromSeconds(Position.ElapsedSeconds) + (Position.Step == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_epochStart));

    private bool IsDone =>
        Position.Results.Count >= _options.Epochs
        || _options.EarlyStopping is { } stopping && Position.EpochsWithoutImprovement >= stopping.Patience;

    /// <summary>Trains epoch by epoch while the result is enumerated.</summary>
    public IEnumerable<EpochResult> Run()
    {
        _ = _trainer.Interrupted.TryDequeue(out InterruptedFit? interrupted);
        if (interrupted is { IsOver: true })
        {
            _trainer.CallsBefore.Add(interrupted);
            yield break;
        }

        if (_trainer.Run is { } before)
        {
            _trainer.CallsBefore.Add(new InterruptedFit(before.Position, before.Settings, Best: null, IsOver: true));
        }

        _trainer.Run = this;
        Position = interrupted?.Position ?? new FitPosition { FirstEpoch = _trainer.LastEpoch + 1, Epoch = _trainer.LastEpoch + 1 };
        _trainer.LastEpoch = Position.Epoch - 1;
        _rate = RateAfter(Position.FirstEpoch - 1);
        try
        {
            while (!IsDone && !_cancellationToken.IsCancellationRequested && Epoch() is { } result)
            {
                if (!result.Completed)
                {
                    WriteLastCheckpoint(); // before the caller does more, which may take long
                }

                yield return result;
                WriteDueCheckpoint(); // with what the caller has changed
            }

            WriteLastCheckpoint();
        }
        finally
        {
            WriteDueCheckpoint(); // where the caller has left the enumeration
            if (Position.BestEpoch > 0)
            {
                Best?.Restore();
            }
        }
    }

    /// <summary>Trains from the position to the end of its epoch; returns null if cancelled before the epoch's first step.</summary>
    private EpochResult? Epoch()
    {
        _epochStart = Stopwatch.GetTimestamp();
        Position.Epoch = ++_trainer.LastEpoch;
        Steps();
        if (Position.Step == 0)
        {
            _trainer.LastEpoch--;
            return null;
        }

        var result = new EpochResult(
            Position.Epoch,
            Position.LossSum / Position.Samples,
            Position.Step,
            Position.Samples,
            Elapsed,
            Completed: Position.Step == _batches.Count)
        {
            LearningRate = Position.LearningRate,
        };
        if (result.Completed)
        {
            result = Validated(result);
        }

        _trainer.Add(result);
        if (result.Completed)
        {
            Complete(result);
            _options.EpochCompleted?.Invoke(result);
            _isDue = _trainer.Checkpoints is { AtEpochEnd: true } || (IsBest(result) && _trainer.Checkpoints is { KeepBest: true });
        }

        return result;
    }

    private void Steps()
    {
        _batches.Start(Position.Epoch, Position.Step);
        _rate.Start(Position.Epoch, Position.Step);
        try
        {
            while (!_cancellationToken.IsCancellationRequested && _batches.MoveNext())
            {
                _rate.Next();
                Position.LearningRate = _trainer.Optimizer.LearningRate;
                double value = _trainer.Step(_batches.Inputs, _batches.Targets);
                int size = (int)_batches.Inputs.Lengths[0];
                Position.LossSum += value * size;
                Position.Samples += size;
                Position.Step++;
                if (_trainer.Checkpoints?.IsDue(_trainer.Steps) == true)
                {
                    WriteCheckpoint(isBest: false);
                }

                _progress?.Report(new TrainingProgress(Position.Epoch, Position.Step, _batches.Count, value));
            }
        }
        finally
        {
            _rate.End();
        }
    }

    /// <summary>Evaluates the network on the validation data, if there is any.</summary>
    private EpochResult Validated(EpochResult result)
    {
        if (_validation is null)
        {
            return result;
        }

        try
        {
            return result with { Validation = _trainer.Evaluate(_validation, _cancellationToken) };
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            return result with { Completed = false };
        }
    }

    /// <summary>Compares an epoch with those before, and moves to the start of the next.</summary>
    private void Complete(EpochResult result)
    {
        if (result.Validation is { } validation)
        {
            double measure = MeasureOf(validation);
            if (Improves(measure, Position.BestMeasure, by: 0))
            {
                (Position.BestMeasure, Position.BestEpoch) = (measure, result.Number);
                Best?.Take();
            }

            Position.EpochsWithoutImprovement++;
            if (Improves(measure, Position.ImprovedMeasure, _options.EarlyStopping?.MinDelta ?? 0))
            {
                (Position.ImprovedMeasure, Position.EpochsWithoutImprovement) = (measure, 0);
            }
        }

        Position.Results.Add(result);
        Position.Epoch = result.Number + 1;
        Position.Step = 0;
        Position.LossSum = 0;
        Position.Samples = 0;
        Position.ElapsedSeconds = 0;
    }

    private bool IsBest(EpochResult result) => Position.BestEpoch == result.Number;

    /// <summary>Writes the checkpoint of the end of an epoch.</summary>
    private void WriteDueCheckpoint()
    {
        if (_isDue)
        {
            WriteCheckpoint(isBest: Position.BestEpoch == Position.Epoch - 1);
        }
    }

    private void WriteCheckpoint(bool isBest)
    {
        _isDue = false;
        new TrainingCheckpoint<TTarget>(_trainer).Write(isBest);
        _lastCheckpoint = _trainer.Steps;
    }

    /// <summary>Writes a checkpoint of the end, or of where training was cancelled.</summary>
    private void WriteLastCheckpoint()
    {
        if (_trainer.Checkpoints is not null && _lastCheckpoint != _trainer.Steps)
        {
            WriteCheckpoint(isBest: false);
        }
    }

    private double MeasureOf(Evaluation validation) =>
        _options.Monitor == ValidationMetric.Loss ? validation.Loss : validation.Accuracy ?? double.NaN;

    /// <summary>Whether a measure is better than another, which is NaN if there is none, by more than a difference.</summary>
    private bool Improves(double measure, double before, double by) =>
        double.IsNaN(before)
            ? !double.IsNaN(measure)
            : (_options.Monitor == ValidationMetric.Loss ? before - measure : measure - before) > by;

    private ScheduledRate RateAfter(int epochs) => new(_trainer.Optimizer, _options, _batches.Count, epochs);

    /// <summary>Holds samples out of training where the options ask for it.</summary>
    private static (Dataset<TTarget> Training, Dataset<TTarget>? Validation) Split(
        Dataset<TTarget> data, FitOptions options, Dataset<TTarget>? validation)
    {
        double share = options.ValidationFraction;
        if (share is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), share, $"{nameof(FitOptions.ValidationFraction)} must be at least 0 and below 1.");
        }

        if (share == 0)
        {
            return (data, validation);
        }

        if (validation is not null)
        {
            throw new ArgumentException(
                $"There is validation data, and {nameof(FitOptions.ValidationFraction)} would hold out more: give one of the two.",
                nameof(validation));
        }

        if (data.Count == 1)
        {
            throw new ArgumentException(
                $"The data has a single sample: {nameof(FitOptions.ValidationFraction)} leaves none to train on.", nameof(data));
        }

        int held = Math.Clamp((int)Math.Round(share * data.Count), 1, data.Count - 1);
        return (data.Take(data.Count - held), data.Slice(data.Count - held, held));
    }

    private Dictionary<string, string> Describe(Dataset<TTarget> data, FitOptions options, Dataset<TTarget>? validation)
    {
        var settings = new Dictionary<string, string>
        {
            ["loss"] = _trainer.Loss.GetType().Name,
            ["number of samples"] = Invariant($"{data.Count}"),
            ["number of training samples"] = Invariant($"{_batches.SampleCount}"),
            ["first and last sample"] = Fingerprint(data),
            ["number of validation samples"] = Invariant($"{validation?.Count ?? 0}"),
            [nameof(FitOptions.BatchSize)] = Invariant($"{options.BatchSize}"),
            [nameof(FitOptions.Seed)] = Invariant($"{options.Seed}"),
            [nameof(FitOptions.DropLast)] = $"{options.DropLast}",
            ["augmentation's padding"] = Invariant($"{options.Augmentation?.Padding}"),
            ["augmentation's mirroring"] = $"{options.Augmentation?.Mirror}",
            [nameof(FitOptions.Schedule)] = $"{options.Schedule}",
            [nameof(FitOptions.Monitor)] = $"{options.Monitor}",
            ["patience of early stopping"] = Invariant($"{options.EarlyStopping?.Patience}"),
            ["smallest improvement of early stopping"] = Invariant($"{options.EarlyStopping?.MinDelta}"),
            [nameof(FitOptions.RestoreBest)] = $"{options.RestoreBest}",
        };
        if (_trainer.Gradients?.Settings is { } gradients)
        {
            settings["computation of gradients"] = gradients;
        }

        if (options.Schedule is { Epochs: null, DependsOnSteps: true })
        {
            settings[nameof(FitOptions.Epochs)] = Invariant($"{options.Epochs}");
        }

        return settings;
    }

    /// <summary>A hash of the first and the last sample, by which other data is noticed.</summary>
    private static string Fingerprint(Dataset<TTarget> data)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Dataset<TTarget> sample in new[] { data.Take(1), data.Slice(data.Count - 1, 1) })
        {
            sha.AppendData(MemoryMarshal.AsBytes(sample.Inputs.Elements()));
            sha.AppendData(MemoryMarshal.AsBytes(sample.Targets.Elements()));
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset())[..16];
    }

    private void CheckSettings(IReadOnlyDictionary<string, string> interrupted)
    {
        foreach (string name in interrupted.Keys.Union(Settings.Keys))
        {
            string before = interrupted.GetValueOrDefault(name, ""), now = Settings.GetValueOrDefault(name, "");
            if (before != now)
            {
                throw new ArgumentException(
                    $"The checkpoint that was resumed was written with {name} '{before}', and this call has '{now}'; they must be equal.");
            }
        }
    }

    /// <summary>Finds a wrong target before the first step.</summary>
    private void CheckTargets(Dataset<TTarget> data)
    {
        nint[] output;
        try
        {
            output = _trainer.Network.OutputShape(data.Inputs.Lengths);
        }
        catch (ArgumentException)
        {
            return; // the forward pass refuses the shape, with a message of its own
        }

        _trainer.Loss.CheckTargets(output, data.Targets);
    }

    private void CheckValidation(FitOptions options, bool isSeparate)
    {
        bool watchesAccuracy = options.Monitor == ValidationMetric.Accuracy;
        if (_validation is null)
        {
            string? needing = options.EarlyStopping is not null ? nameof(FitOptions.EarlyStopping)
                : options.RestoreBest ? nameof(FitOptions.RestoreBest)
                : watchesAccuracy ? nameof(FitOptions.Monitor)
                : _trainer.Checkpoints is { KeepBest: true } ? nameof(Checkpoints.KeepBest)
                : null;
            if (needing is not null)
            {
                throw new ArgumentException(
                    $"{needing} needs validation data: pass it as 'validation', or set {nameof(FitOptions.ValidationFraction)}.",
                    nameof(options));
            }

            return;
        }

        if (isSeparate)
        {
            // Unlike a training batch, it would be refused only after an epoch of training.
            nint[] output = _trainer.Network.OutputShape(_validation.Inputs.Lengths);
            _trainer.Loss.CheckTargets(output, _validation.Targets);
        }

        if (watchesAccuracy && !CountsCorrect(_validation.Take(1)))
        {
            throw new ArgumentException(
                $"{nameof(FitOptions.Monitor)} is {ValidationMetric.Accuracy}, which {_trainer.Loss.GetType().Name} does not count: "
                + $"watch {nameof(ValidationMetric)}.{ValidationMetric.Loss}.",
                nameof(options));
        }
    }

    /// <summary>Whether the loss counts correct outputs, found on an output of zeros.</summary>
    private bool CountsCorrect(Dataset<TTarget> sample)
    {
        Tensor<float> output = Tensor.CreateFromShape<float>(_trainer.Network.OutputShape(sample.Inputs.Lengths));
        return _trainer.Loss.CountCorrect(output, sample.Targets) is not null;
    }
}
