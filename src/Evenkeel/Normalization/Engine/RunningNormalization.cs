using System.Globalization;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tensors;

namespace Evenkeel.Normalization;

/// <summary>The base of the normalizers that keep running statistics.</summary>
/// <remarks>
/// Which statistics normalize (<see cref="Source"/>) and when the running statistics are updated (<see cref="Update"/>) are two
/// settings, which no pass changes. <see cref="Recalibration"/>, freezing and the folding of networks work on this class.
/// </remarks>
public abstract class RunningNormalization : ChannelNormalization
{
    private StatisticsSource _source;
    private StatisticsUpdate _update;
    private (StatisticsSource Source, StatisticsUpdate Update)? _beforeFreezing;

    private GradientSums[] _exchanged = [];
    private Moments[] _average = [];

    /// <summary>Creates a normalizer with γ = 1 and β = 0.</summary>
    /// <param name="channels">The number of channels C, at least 1.</param>
    /// <param name="epsilon">ε, at least 10⁻⁷⁶ and finite.</param>
    /// <param name="weight">Whether there is a scale γ per channel.</param>
    /// <param name="bias">Whether there is a shift β per channel.</param>
    /// <param name="axis">The axis of the channels, not 0; negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="channels"/> is below 1, ε is below 10⁻⁷⁶ or not finite, or the axis is 0.
    /// </exception>
    protected RunningNormalization(int channels, double epsilon, bool weight = true, bool bias = true, int axis = 1)
        : base(channels, epsilon, weight, bias, axis)
    {
    }

    /// <summary>The running statistics; null where none are kept.</summary>
    public abstract RunningMoments? RunningStatistics { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<StateTensor> State => RunningStatistics?.State ?? [];

    /// <summary>Which statistics normalize. It stays as it is set: no pass changes it.</summary>
    /// <exception cref="InvalidOperationException">Running statistics are asked for where none are kept.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such source.</exception>
    public StatisticsSource Source
    {
        get => _source;
        set
        {
            Defined.Check(value);
            if (value == StatisticsSource.Running && RunningStatistics is null)
            {
                throw new InvalidOperationException("This normalization keeps no running statistics to normalize with.");
            }

            (_source, _beforeFreezing) = (value, null);
        }
    }

    /// <summary>When the running statistics take in a batch. It stays as it is set: no pass changes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such setting.</exception>
    public StatisticsUpdate Update
    {
        get => _update;
        set => (_update, _beforeFreezing) = (Defined.Check(value), null);
    }

    /// <summary>Whether running statistics normalize and are not updated, in training too.</summary>
    public bool IsFrozen => Source == StatisticsSource.Running && Update == StatisticsUpdate.Never;

    /// <summary>The settings that <see cref="Unfreeze"/> restores; null if <see cref="Freeze"/> has not frozen the layer.</summary>
    internal (StatisticsSource Source, StatisticsUpdate Update)? BeforeFreezing => _beforeFreezing;

    /// <summary>Receives the moments of what passes, part by part; null where nobody asks for them.</summary>
    internal Action<ReadOnlySpan<Moments>>? Observer { get; set; }

    /// <summary>Whether inference is an affine map that does not depend on the batch.</summary>
    internal bool NormalizesByConstants => !UsesBatch(Pass.Inference);

    /// <summary>Normalizes by the running statistics from now on and leaves them as they are, until <see cref="Unfreeze"/>.</summary>
    /// <exception cref="InvalidOperationException">No running statistics are kept.</exception>
    public void Freeze()
    {
        if (!IsFrozen)
        {
            (StatisticsSource, StatisticsUpdate) before = (Source, Update);
            Source = StatisticsSource.Running;
            Update = StatisticsUpdate.Never;
            _beforeFreezing = before;
        }
    }

    /// <summary>
    /// Back to the settings from before <see cref="Freeze"/>; nothing where none of them was set since, or the layer is not frozen
    /// by it.
    /// </summary>
    public void Unfreeze()
    {
        if (_beforeFreezing is { } before)
        {
            (Source, Update) = before;
        }
    }

    /// <summary>Takes over what normalizes, and when running statistics are updated, from another layer.</summary>
    internal void CopySettings(RunningNormalization other) =>
        (_source, _update, _beforeFreezing) = (other._source, other._update, other._beforeFreezing);

    /// <summary>The map of inference for each channel: y = scale·x + shift.</summary>
    /// <returns>Scale and shift of each channel.</returns>
    /// <exception cref="InvalidOperationException">No running statistics are kept.</exception>
    /// <exception cref="InvalidOperationException">
    /// A running mean is not finite, or a running variance or standard deviation is negative or not finite.
    /// </exception>
    public (double Scale, double Shift)[] InferenceMaps()
    {
        if (RunningStatistics is null)
        {
            throw new InvalidOperationException("The layer keeps no running statistics, which the map of inference is made of.");
        }

        var maps = new (double Scale, double Shift)[Channels];
        SetBuffers written = InferenceCoefficients();
        for (int c = 0; c < maps.Length; c++)
        {
            double spread = RunningMoments.CheckSpread(RunningStatistics!.Spread[c], c);
            double scale = Affine.Weight(c) * RunningInvStd(spread), mean = RunningStatistics.Mean[c];
            if (!double.IsFinite(mean))
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"The running mean of channel {c} is {mean}; it must be finite."));
            }

            // These are exact; but a normalizer of a user's may write others, which are known in single precision.
            maps[c] = written.Means[c] == mean && written.Scale[c] == (float)scale
                && written.Shift[c] == (float)(Affine.Bias(c) - (mean - written.Center[c]) * scale)
                ? (scale, Affine.Bias(c) - mean * scale)
                : (written.Scale[c], written.Shift[c] - (double)written.Center[c] * written.Scale[c]);
        }

        return maps;
    }

    /// <summary>Whether a training pass refuses an input of a shape, which has too few values for the batch's statistics.</summary>
    internal bool RefusesTraining(ReadOnlySpan<nint> lengths) =>
        SetExchange is null
        && (UsesBatch(Pass.Training) || Updates(Pass.Training))
        && ChannelAxis < lengths.Length && -ChannelAxis < lengths.Length
        && HasSingleValues(ViewOf(lengths, ChannelAxis), samples: (int)lengths[0]);

    /// <summary>Whether a set of a batch has a single value, and so no variance.</summary>
    private protected virtual bool HasSingleValues(ChannelView view, int samples) => view.PerSet == 1;

    /// <summary>The exchange of statistics among replicas; null without replicas.</summary>
    internal IStatisticsExchange? Exchange { get; set; }

    /// <summary>Whether the values of a set come from all samples of a batch, and so from all replicas.</summary>
    private protected virtual bool NormalizesOverBatch => true;

    /// <summary>The exchange of what normalizes; null without replicas, and where that is the statistics of single samples.</summary>
    private protected IStatisticsExchange? SetExchange => NormalizesOverBatch ? Exchange : null;

    /// <summary>The values that have one mean and variance, for messages.</summary>
    private protected virtual string SetDescription => "per channel";

    /// <inheritdoc/>
    private protected override bool NeedsAllSums => SetExchange is not null;

    /// <summary>1/√(σ² + ε) of a running spread.</summary>
    private protected virtual double RunningInvStd(double spread) => InvStd(spread);

    /// <inheritdoc/>
    private protected override void Normalize(ReadOnlySpan<float> x, ChannelView view, Pass pass, Epilogue epilogue, Span<float> y)
    {
        if (Observer is not null)
        {
            ReadOnlySpan<Moments> sets = ComputeMoments(x, view);
            for (int part = 0; part < view.Parts; part++)
            {
                Observer(sets.Slice(part * Channels, Channels));
            }
        }

        base.Normalize(x, view, pass, epilogue, y);
    }

    /// <inheritdoc/>
    private protected override SetStatistics SelectStatistics(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        StatisticsAreConstant = !UsesBatch(pass);
        if (!StatisticsAreConstant)
        {
            // BatchMoments refuses sets of a single value.
            return SetExchange is null && !IsMasked && view.PerSet > 1 ? SetStatistics.Own : new SetStatistics(BatchMoments(x, view));
        }

        if (Updates(pass))
        {
            BatchMoments(x, view);
        }

        return RunningConstants();
    }

    /// <inheritdoc/>
    private protected override void Complete(ReadOnlySpan<float> x, ChannelView view, Pass pass)
    {
        if (Updates(pass))
        {
            UpdateRunningStatistics(Sets.Moments(0, view.Sets));
        }
    }

    /// <summary>Updates the running statistics with the moments of each set of a batch.</summary>
    /// <remarks>With several sets per channel, as with one per sample, it takes the average of their means and variances.</remarks>
    private protected virtual void UpdateRunningStatistics(ReadOnlySpan<Moments> batch)
    {
        ReadOnlySpan<Moments> sets = NormalizesOverBatch ? batch : SetsOfAllReplicas(batch);
        RunningStatistics!.Update(sets.Length == Channels ? sets : Average(sets));
    }

    /// <summary>The moments of the sets of all replicas, in the order of the samples.</summary>
    private protected ReadOnlySpan<Moments> SetsOfAllReplicas(ReadOnlySpan<Moments> own) =>
        Exchange is IBatchExchange exchange ? exchange.Gather(own) : own;

    /// <inheritdoc/>
    private protected override ReadOnlySpan<GradientSums> BatchSums(ChannelView view)
    {
        if (SetExchange is not { } exchange)
        {
            return Sets.Sums;
        }

        // γ and β get the sums of this replica, so these are kept. An exchange that fails leaves no gradient half added.
        Array.Resize(ref _exchanged, view.Sets);
        Sets.Sums.CopyTo(_exchanged);
        exchange.Sum(_exchanged);
        return _exchanged;
    }

    /// <summary>The running statistics, as the statistics of a pass.</summary>
    private protected SetStatistics RunningConstants() =>
        new(RunningStatistics!.Mean.Elements(), RunningStatistics.Spread.Elements());

    /// <summary>The coefficients of the map of inference: y = (x − center)·scale + shift, for each channel.</summary>
    internal SetBuffers InferenceCoefficients()
    {
        var buffers = new SetBuffers();
        buffers.Resize(Channels);
        bool wereConstant = StatisticsAreConstant;
        StatisticsAreConstant = true;
        try
        {
            WriteCoefficients(new ForwardCoefficients(buffers, RunningConstants(), 0, Channels));
        }
        finally
        {
            StatisticsAreConstant = wereConstant;
        }

        return buffers;
    }

    private Moments[] Average(ReadOnlySpan<Moments> sets)
    {
        Array.Resize(ref _average, Channels);
        int count = sets.Length / Channels;
        for (int c = 0; c < Channels; c++)
        {
            double mean = 0, squares = 0;
            for (int set = c; set < sets.Length; set += Channels)
            {
                mean += sets[set].Mean;
                squares += sets[set].SumOfSquaredDeviations;
            }

            _average[c] = new Moments(sets[c].Count, mean / count, squares / count);
        }

        return _average;
    }

    /// <summary>Computes the moments of each set, merged over all replicas if there is an exchange; each of two values or more.</summary>
    private protected ReadOnlySpan<Moments> BatchMoments(ReadOnlySpan<float> x, ChannelView view)
    {
        Span<Moments> batch = ComputeMoments(x, view);
        SetExchange?.Merge(batch);
        foreach (ref readonly Moments set in batch)
        {
            if (set.Count < 2)
            {
                throw VarianceMissing(set.Count == 0 ? $"has no value that is kept {SetDescription}" : $"has one value {SetDescription}");
            }
        }

        return batch;
    }

    /// <summary>Makes the exception for an input with too few values for batch statistics.</summary>
    private protected ArgumentException VarianceMissing(string problem) =>
        InputRefused($"{problem}, which has no variance: that takes at least two.");

    /// <summary>Whether the batch's own statistics normalize in a pass.</summary>
    private protected bool UsesBatch(Pass pass) =>
        RunningStatistics is null
        || Source == StatisticsSource.Batch
        || (Source == StatisticsSource.ByPass && pass == Pass.Training);

    /// <summary>Whether a pass updates the running statistics.</summary>
    private protected bool Updates(Pass pass) =>
        RunningStatistics is not null && Update == StatisticsUpdate.InTraining && pass == Pass.Training;
}
