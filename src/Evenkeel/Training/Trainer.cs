using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Formats;
using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>Trains a network: forward, loss, backward, step of the optimizer.</summary>
/// <remarks>
/// Training with the same seeds gives the same weights, bit for bit, on any machine and for any number of threads. After the first steps,
/// a step allocates nothing.
/// </remarks>
/// <typeparam name="TTarget">The type of a target: <see cref="int"/> for class labels, <see cref="float"/> for values.</typeparam>
/// <param name="network">The network.</param>
/// <param name="loss">The loss to minimize.</param>
/// <param name="optimizer">The optimizer that updates the parameters.</param>
public sealed class Trainer<TTarget>(Layer network, Loss<TTarget> loss, Optimizer optimizer)
    where TTarget : unmanaged
{
    /// <summary>
    /// The batch size of <see cref="Evaluate"/>: large enough for an efficient matrix product, small enough for the activations to stay in
    /// the cache.
    /// </summary>
    public const int EvaluationBatch = 250;

    private readonly List<EpochResult> _history = [];

    /// <summary>The network.</summary>
    public Layer Network { get; } = network ?? throw new ArgumentNullException(nameof(network));

    /// <summary>The loss to minimize.</summary>
    public Loss<TTarget> Loss { get; } = loss ?? throw new ArgumentNullException(nameof(loss));

    /// <summary>The optimizer that updates the parameters.</summary>
    public Optimizer Optimizer { get; } = optimizer ?? throw new ArgumentNullException(nameof(optimizer));

    /// <summary>Limits the gradients before each step of the optimizer; null, the default, to leave them.</summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>Computes the gradients of each step; null, the default, for one pass of the network over the batch.</summary>
    public GradientComputation<TTarget>? Gradients { get; init; }

    /// <summary>Where the state of training is saved, and resumed from by <see cref="Resume"/>; null, the default, for nowhere.</summary>
    public Checkpoints? Checkpoints { get; init; }

    /// <summary>The number of steps so far, with those before a checkpoint that was resumed.</summary>
    public long Steps { get; internal set; }

    /// <summary>The results of all epochs of all calls of <see cref="Fit"/> and <see cref="Epochs"/>, in order.</summary>
    public IReadOnlyList<EpochResult> History => _history;

    /// <summary>The number of the last epoch that began; 0 before the first.</summary>
    internal int LastEpoch { get; set; }

    /// <summary>The calls in the checkpoint that was resumed, which the next calls repeat or continue; empty if there are none.</summary>
    internal Queue<InterruptedFit> Interrupted { get; } = [];

    /// <summary>The calls before <see cref="Run"/>.</summary>
    internal List<InterruptedFit> CallsBefore { get; } = [];

    /// <summary>The current or last call; null before the first.</summary>
    internal FitRun<TTarget>? Run { get; set; }

    /// <summary>Trains for one step on one batch.</summary>
    /// <param name="inputs">The inputs, batch first.</param>
    /// <param name="targets">The targets, batch first.</param>
    /// <returns>The mean loss of the batch before the step.</returns>
    /// <exception cref="ArgumentException">
    /// A shape does not fit the network or the loss, or a target is invalid. Where the loss refuses, the weights stay, but the forward pass
    /// has taken place: running statistics have taken in the batch.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public double Step(Tensor<float> inputs, Tensor<TTarget> targets)
    {
        Gradients?.Prepare(Network);
        using ThreadGuard.Scope call = Network.Enter();
        double value = Gradients?.Compute(Network, Loss, inputs, targets) ?? ComputeGradients(inputs, targets);
        IReadOnlyList<Parameter> parameters = Network.Parameters;
        Clipping?.Apply(parameters);
        Optimizer.Step(parameters);
        Steps++;
        return value;
    }

    /// <summary>Trains, and returns when all epochs are done; a further call continues the count of epochs.</summary>
    /// <returns>One result per epoch; for a call that <see cref="Resume"/> continues, with those before it was interrupted.</returns>
    /// <inheritdoc cref="Epochs"/>
    public IReadOnlyList<EpochResult> Fit(
        Dataset<TTarget> data,
        FitOptions? options = null,
        Dataset<TTarget>? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        EpochResult[] earlier = Interrupted.TryPeek(out InterruptedFit? call) ? [.. call.Position.Results] : [];
        return [.. earlier, .. Epochs(data, options, validation, progress, cancellationToken)];
    }

    /// <summary>Trains epoch by epoch while the result is enumerated; a further call continues the count of epochs.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="validation">The samples on which the network is evaluated after each epoch; null for none.</param>
    /// <param name="progress">Receives a report after each step; may be null.</param>
    /// <param name="cancellationToken">
    /// Stops training after the current step; the last result is then that of an incomplete epoch, if it had a step.
    /// </param>
    /// <returns>One result per epoch. Training begins with the enumeration, and a second enumeration trains further.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// An augmentation is set, and the inputs are not images larger than its padding; a batch, such as the last one of an epoch, has too
    /// few samples for the statistics of a normalization; or a target, such as a label, is invalid.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// There are both <paramref name="validation"/> and <see cref="FitOptions.ValidationFraction"/>; the data has a single sample, which
    /// leaves none to train on; or the network or the loss does not accept <paramref name="validation"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// There is early stopping, a best epoch to restore or a watched accuracy, but no validation data; or the accuracy is watched, and the
    /// loss does not count correct outputs.
    /// </exception>
    /// <exception cref="ArgumentException">A setting differs from that of the call that <see cref="Resume"/> is to continue.</exception>
    /// <exception cref="InvalidOperationException">
    /// The folder of <see cref="Checkpoints"/> has those of a training that was not resumed.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network during a step or an evaluation.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of epochs is negative; the batch size is below 1, or above the number of samples if the last batch is dropped; the
    /// share of validation samples is not from 0 to below 1; the watched measure is undefined; or the schedule has no step after its
    /// warm-up, or ends before the last epoch.
    /// </exception>
    public IEnumerable<EpochResult> Epochs(
        Dataset<TTarget> data,
        FitOptions? options = null,
        Dataset<TTarget>? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new FitRun<TTarget>(this, data, options ?? new FitOptions(), validation, progress, cancellationToken).Run();
    }

    /// <summary>
    /// Loads the newest checkpoint of <see cref="Checkpoints"/>. The calls of <see cref="Fit"/> and <see cref="Epochs"/> that follow are
    /// those of the interrupted program: one that was over returns its results at once, and the one that was interrupted continues at its
    /// next step, with the same bits. They need the same data and options, but may have other epochs if no schedule depends on them.
    /// </summary>
    /// <remarks>
    /// The trainer is made as it was for the first run: the same network, from the same seeds, and an optimizer with the same settings. Its
    /// learning rate, what is frozen, and all else that training changes are those of the checkpoint.
    /// </remarks>
    /// <param name="continueFit">False to begin a new call of <see cref="Fit"/>, with any data and options, from the state loaded.</param>
    /// <returns>Whether there was a checkpoint.</returns>
    /// <exception cref="InvalidOperationException">There are no <see cref="Checkpoints"/>, or the trainer has trained before.</exception>
    /// <exception cref="InvalidDataException">No checkpoint in the folder passes its hash check.</exception>
    /// <exception cref="InvalidDataException">
    /// It is of another network, optimizer or clipping, or of another version of the library's arithmetic without
    /// <see cref="Checkpoints.AllowOtherArithmetic"/>.
    /// </exception>
    /// <exception cref="IOException">The checkpoint cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public bool Resume(bool continueFit = true)
    {
        Checkpoints checkpoints = CheckpointsOrThrow();
        if (Steps > 0 || _history.Count > 0)
        {
            throw new InvalidOperationException("The trainer has trained before: resume with a new trainer, network and optimizer.");
        }

        (string path, SafetensorsFile file)? newest = checkpoints.OpenNewest();
        if (newest is not var (path, file))
        {
            return false;
        }

        using (file)
        {
            try
            {
                new TrainingCheckpoint<TTarget>(this).Load(file, _history, continueFit);
                return true;
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException or KeyNotFoundException or OverflowException)
            {
                throw new InvalidDataException($"The checkpoint '{path}' cannot be resumed. {e.Message}", e);
            }
        }
    }

    /// <summary>Writes a checkpoint at once, as for training by <see cref="Step"/>.</summary>
    /// <exception cref="InvalidOperationException">
    /// There are no <see cref="Checkpoints"/>, their folder has those of a training that was not resumed, or an interrupted call of
    /// <see cref="Fit"/> was resumed and not continued.
    /// </exception>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network, or the optimizer.</exception>
    /// <exception cref="IOException">The checkpoint cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder is denied.</exception>
    public void SaveCheckpoint()
    {
        Checkpoints checkpoints = CheckpointsOrThrow();
        if (Interrupted.Count > 0)
        {
            throw new InvalidOperationException("The call of Fit that was interrupted must be continued before a checkpoint is saved.");
        }

        if (Gradients?.WritesCheckpoints != false)
        {
            checkpoints.Begin();
        }

        new TrainingCheckpoint<TTarget>(this).Write(isBest: false);
    }

    /// <summary>Evaluates the network on a dataset, in inference.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the network.</exception>
    public Evaluation Evaluate(Dataset<TTarget> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        using ThreadGuard.Scope call = Network.Enter();
        const int PerBatch = 4;
        int batches = data.BatchCount(EvaluationBatch);
        double[] results = new double[batches * PerBatch];
        (int first, int count) = (Gradients?.BatchesToEvaluate(batches) ?? ..batches).GetOffsetAndLength(batches);
        for (int i = first; i < first + count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int start = i * EvaluationBatch;
            Dataset<TTarget> batch = data.Slice(start, Math.Min(EvaluationBatch, data.Count - start));
            Tensor<float> output = Network.Predict(batch.Inputs);
            double loss = Loss.Forward(output, batch.Targets), weight = Loss.Divisor(output, batch.Targets);
            Span<double> result = results.AsSpan(i * PerBatch, PerBatch);
            result[0] = Loss.Reduction == LossReduction.Sum ? loss : loss * weight;
            result[1] = weight;
            result[2] = Loss.CountCorrect(output, batch.Targets) ?? double.NaN;
            result[3] = Loss.CountSamples(batch.Targets);
        }

        Gradients?.GatherResults(results, PerBatch);
        double sum = 0, divisor = 0, correct = 0, counted = 0;
        for (int i = 0; i < results.Length; i += PerBatch)
        {
            sum += results[i];
            divisor += results[i + 1];
            correct += results[i + 2];
            counted += results[i + 3];
        }

        return new Evaluation(sum / divisor, double.IsNaN(correct) ? null : correct / counted, data.Count);
    }

    /// <summary>Computes the loss of a batch and the gradients by one pass over it.</summary>
    private double ComputeGradients(Tensor<float> inputs, Tensor<TTarget> targets)
    {
        double value = Loss.Forward(Network.Forward(inputs, Pass.Training), targets);
        IReadOnlyList<Parameter> parameters = Network.Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            parameters[i].ZeroGradient();
        }

        Network.BackwardToParameters(Loss.Backward());
        return value;
    }

    private Checkpoints CheckpointsOrThrow() =>
        Checkpoints ?? throw new InvalidOperationException($"The trainer has no {nameof(Checkpoints)}: set them when it is created.");

    /// <summary>Adds the result of an epoch to the history.</summary>
    internal void Add(EpochResult result) => _history.Add(result);
}
