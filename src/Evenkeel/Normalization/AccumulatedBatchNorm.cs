using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Normalization;

/// <summary>
/// Batch normalization of a batch that is fed in micro-batches, with the statistics and gradients of the whole: what plain
/// batch normalization under gradient accumulation gets wrong.
/// </summary>
/// <remarks>
/// <para>
/// The formulas are those of <see cref="BatchNorm"/> over all micro-batches together. Since each output depends on every
/// input, and each input's gradient on every output's, a batch takes three rounds over its micro-batches:
/// </para>
/// <list type="number">
/// <item><see cref="Gather"/> each: their moments are merged.</item>
/// <item>
/// <see cref="Layer.Forward"/> each in training, then <see cref="GatherGradient"/>: outputs are final, gradient sums are added up.
/// </item>
/// <item>
/// <see cref="Layer.Forward"/> again and <see cref="Layer.Backward"/> each: the gradients of γ, β and of the inputs, as of the
/// whole batch.
/// </item>
/// </list>
/// <para>
/// The cost: a second forward pass of what stands before this layer, for its backward pass in the third round, and another in the
/// second round where outputs of the first are not kept. With several such layers in a network, take the rounds layer by layer.
/// <see cref="Begin"/> starts the next batch. Inference normalizes by the running statistics at once.
/// </para>
/// <para>Shapes: [N, C] and [N, C, *], or [N, *, C], with N of any size; output as input.</para>
/// </remarks>
public sealed class AccumulatedBatchNorm : RunningNormalization
{
    private readonly Moments[] _batch;
    private readonly (double[] Mean, double[] Spread) _before;
    private readonly GradientSums[] _gradients;
    private readonly MicroBatchRounds _rounds = new();
    private bool _prepared;

    /// <summary>Makes an accumulated batch normalization with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="options">The settings, without an exchange; PyTorch's defaults where null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the channel axis 0.
    /// </exception>
    /// <exception cref="ArgumentException">The options have an exchange.</exception>
    public AccumulatedBatchNorm(int channels, BatchNormOptions? options = null)
        : base(channels, (options ??= new()).Epsilon, options.Affine, options is { Affine: true, Bias: true }, options.ChannelAxis)
    {
        if (options.Exchange is not null)
        {
            throw new ArgumentException("Accumulated batch normalization takes no exchange.", nameof(options));
        }

        _batch = new Moments[channels];
        _before = (new double[channels], new double[channels]);
        _gradients = new GradientSums[channels];
        RunningStatistics = options.CreateRunningStatistics(channels);
    }

    /// <summary>The running statistics; null where none are kept. They take in the whole batch, at its first forward pass.</summary>
    public override RunningStatistics? RunningStatistics { get; }

    /// <summary>Forgets what was gathered: the next micro-batch is the first of a new batch.</summary>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public void Begin()
    {
        using ThreadGuard.Scope call = Enter();
        Array.Clear(_batch);
        Array.Clear(_gradients);
        _rounds.Begin();
        _prepared = false;
    }

    /// <summary>Takes in the moments of a micro-batch.</summary>
    /// <param name="input">The micro-batch, as it will be passed to <see cref="Layer.Forward"/>.</param>
    /// <exception cref="ArgumentException">The input does not fit.</exception>
    /// <exception cref="InvalidOperationException">A micro-batch was already normalized: its statistics would be others.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public void Gather(Tensor<float> input)
    {
        using ThreadGuard.Scope call = Enter();
        ChannelView view = View(input);
        if (_prepared)
        {
            throw new InvalidOperationException("A micro-batch of this batch was already normalized; begin a new batch first.");
        }

        ReadOnlySpan<Moments> moments = ComputeMoments(input.Elements(), view);
        for (int c = 0; c < Channels; c++)
        {
            _batch[c] = Moments.Merge(_batch[c], moments[c]);
        }
    }

    /// <summary>Takes in the gradient of the last output, which the gradients of all inputs of the batch depend on.</summary>
    /// <param name="outputGradient">∂loss/∂output of the micro-batch last passed forward.</param>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, running statistics normalized in it, or it brings more values than were gathered.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public void GatherGradient(Tensor<float> outputGradient)
    {
        using ThreadGuard.Scope call = Enter();
        SumGradients(outputGradient);
        if (StatisticsAreConstant)
        {
            throw new InvalidOperationException(
                "The last micro-batch was normalized by running statistics, so that there are no sums to gather for its gradients.");
        }

        _rounds.AddGradient(outputGradient.FlattenedLength / Channels, _batch[0].Count);
        for (int c = 0; c < Channels; c++)
        {
            _gradients[c] += Sets.Sums[c];
        }
    }

    // The statistics are those of several micro-batches.
    private protected override bool HasSingleValues(ChannelView view, int samples) => false;

    // The gradients of a micro-batch depend on the sums of the whole batch.
    private protected override bool NeedsAllSums => true;

    private protected override SetStatistics SelectStatistics(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        bool updates = Updates(pass);
        StatisticsAreConstant = !UsesBatch(pass);
        if (!StatisticsAreConstant || updates)
        {
            CheckGathered(view, pass);
        }

        if (pass == Pass.Training && !_prepared && RunningStatistics is not null)
        {
            // If running statistics normalize, all micro-batches get those from before the batch.
            RunningStatistics.CopyTo(_before);
        }

        if (StatisticsAreConstant)
        {
            return updates ? new SetStatistics(_before.Mean, _before.Spread) : RunningConstants();
        }

        Span<Moments> batch = Sets.RentMoments(view.Sets); // the gradients are over the elements of the whole batch
        _batch.CopyTo(batch);
        return new SetStatistics(batch);
    }

    private protected override void Complete(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        if (Updates(pass) && !_prepared)
        {
            RunningStatistics!.Update(_batch);
        }

        _prepared |= pass == Pass.Training && (!StatisticsAreConstant || Updates(pass));
    }

    private protected override ReadOnlySpan<GradientSums> BatchSums(ChannelView view)
    {
        _rounds.Differentiate(view.PerSet, _batch[0].Count);
        return _gradients;
    }

    private void CheckGathered(ChannelView view, Pass pass)
    {
        double left = pass == Pass.Training && !StatisticsAreConstant ? _rounds.Left(_batch[0].Count) : _batch[0].Count;
        if (_batch[0].Count < 2 || left < view.PerSet)
        {
            throw InputRefused(string.Create(
                CultureInfo.InvariantCulture,
                $"is not among the {left} values per channel that were gathered and not yet passed in this round: call Gather with each "
                + $"micro-batch first, with two values or more in all."));
        }
    }
}
