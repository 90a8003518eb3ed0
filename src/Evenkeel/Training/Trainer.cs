using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Data;
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

    private int _epochs;

    /// <summary>The network.</summary>
    public Layer Network { get; } = network ?? throw new ArgumentNullException(nameof(network));

    /// <summary>The loss to minimize.</summary>
    public Loss<TTarget> Loss { get; } = loss ?? throw new ArgumentNullException(nameof(loss));

    /// <summary>The optimizer that updates the parameters.</summary>
    public Optimizer Optimizer { get; } = optimizer ?? throw new ArgumentNullException(nameof(optimizer));

    /// <summary>Limits the gradients before each step of the optimizer; null, the default, to leave them.</summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>Trains for one step on one batch.</summary>
    /// <param name="inputs">The inputs, batch first.</param>
    /// <param name="targets">The targets, batch first.</param>
    /// <returns>The mean loss of the batch before the step.</returns>
    /// <exception cref="ArgumentException">
    /// A shape does not fit the network or the loss, or a target is invalid. Where the loss refuses, the weights stay, but the forward pass
    /// has taken place: running statistics have taken in the batch.
    /// </exception>
    public double Step(Tensor<float> inputs, Tensor<TTarget> targets)
    {
        double value = Loss.Forward(Network.Forward(inputs, Pass.Training), targets);
        IReadOnlyList<Parameter> parameters = Network.Parameters;
        for (int i = 0; i < parameters.Count; i++)
        {
            parameters[i].ZeroGradient();
        }

        Network.BackwardToParameters(Loss.Backward());
        Clipping?.Apply(parameters);
        Optimizer.Step(parameters);
        return value;
    }

    /// <summary>Trains, and returns when all epochs are done; a further call continues the count of epochs.</summary>
    /// <returns>One result per epoch.</returns>
    /// <inheritdoc cref="Epochs"/>
    public IReadOnlyList<EpochResult> Fit(
        Dataset<TTarget> data,
        FitOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default) => [.. Epochs(data, options, progress, cancellationToken)];

    /// <summary>Trains epoch by epoch while the result is enumerated; a further call continues the count of epochs.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="options">The settings; the defaults if null.</param>
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
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of epochs is negative; the batch size is below 1, or above the number of samples if the last batch is dropped; or the
    /// schedule has no step after its warm-up, or ends before the last epoch.
    /// </exception>
    public IEnumerable<EpochResult> Epochs(
        Dataset<TTarget> data,
        FitOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new FitOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Epochs, nameof(options.Epochs));
        var batches = new Batches<TTarget>(data, options.BatchSize, options.Seed, options.DropLast, options.Augmentation);
        new ScheduledRate(Optimizer, options, batches.Count, _epochs).Check();
        BatchSizeCheck.Check(Network, data.Inputs, options);
        CheckTargets(data);
        return Run(batches, options, progress, cancellationToken);
    }

    /// <summary>Evaluates the network on a dataset, in inference.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Evaluation Evaluate(Dataset<TTarget> data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        double sum = 0;
        int? correct = 0;
        for (int start = 0; start < data.Count; start += EvaluationBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dataset<TTarget> batch = data.Slice(start, Math.Min(EvaluationBatch, data.Count - start));
            Tensor<float> output = Network.Predict(batch.Inputs);
            sum += Loss.Forward(output, batch.Targets) * batch.Count;
            correct += Loss.CountCorrect(output, batch.Targets);
        }

        return new Evaluation(sum / data.Count, (double?)correct / data.Count, data.Count);
    }

    /// <summary>Finds a wrong target before the first step.</summary>
    private void CheckTargets(Dataset<TTarget> data)
    {
        nint[] output;
        try
        {
            output = Network.OutputShape(data.Inputs.Lengths);
        }
        catch (ArgumentException)
        {
            return; // the forward pass refuses the shape, with a message of its own
        }

        Loss.CheckTargets(output, data.Targets);
    }

    private IEnumerable<EpochResult> Run(
        Batches<TTarget> batches,
        FitOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        var rate = new ScheduledRate(Optimizer, options, batches.Count, _epochs);
        for (int i = 0; i < options.Epochs && !cancellationToken.IsCancellationRequested; i++)
        {
            EpochResult result = Epoch(batches, rate, progress, cancellationToken);
            if (result.Updates == 0)
            {
                _epochs--; // cancelled before its first step
                yield break;
            }

            yield return result;
        }
    }

    private EpochResult Epoch(
        Batches<TTarget> batches, ScheduledRate rate, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        int number = ++_epochs;
        long start = Stopwatch.GetTimestamp();
        double sum = 0;
        int updates = 0;
        int samples = 0;
        batches.Start(number);
        rate.Start(number);
        try
        {
            while (!cancellationToken.IsCancellationRequested && batches.MoveNext())
            {
                rate.Next();
                double value = Step(batches.Inputs, batches.Targets);
                int size = (int)batches.Inputs.Lengths[0];
                sum += value * size;
                samples += size;
                updates++;
                progress?.Report(new TrainingProgress(number, updates, batches.Count, value));
            }
        }
        finally
        {
            rate.End();
        }

        return new EpochResult(
            number, sum / samples, updates, samples, Stopwatch.GetElapsedTime(start), Completed: updates == batches.Count);
    }
}
