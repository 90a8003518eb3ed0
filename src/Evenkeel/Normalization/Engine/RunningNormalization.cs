using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// What the normalizers that keep running statistics share: what normalizes, and when the running statistics are updated,
/// as two settings that nothing but setting them changes.
/// </summary>
public abstract class RunningNormalization : ChannelNormalization
{
    private StatisticsSource _source;
    private StatisticsUpdate _update;
    private (StatisticsSource Source, StatisticsUpdate Update)? _beforeFreezing;

    private protected RunningNormalization(int channels, double epsilon, bool affine, int axis)
        : base(channels, epsilon, affine, axis)
    {
    }

    /// <summary>The running statistics; null where none are kept.</summary>
    public abstract RunningMoments? RunningStatistics { get; }

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

    /// <summary>Back to the settings from before <see cref="Freeze"/>; nothing where none of them was set since, or the layer is not frozen by it.</summary>
    public void Unfreeze()
    {
        if (_beforeFreezing is { } before)
        {
            (Source, Update) = before;
        }
    }

    /// <summary>What inference does to a channel: y = scale·x + shift.</summary>
    internal (double Scale, double Shift) InferenceMap(int channel)
    {
        double scale = Affine.Gamma(channel) * InverseOfSpread(RunningStatistics!.Spread[channel]);
        return (scale, Affine.Beta(channel) - RunningStatistics.Mean[channel] * scale);
    }

    /// <inheritdoc/>
    private protected override void Forward(ReadOnlySpan<float> x, ChannelView view, Pass pass, Epilogue epilogue, Span<float> y)
    {
        if (Observer is not null)
        {
            ReadOnlySpan<Moments> sets = ComputeMoments(x, view);
            for (int part = 0; part < view.Parts; part++)
            {
                Observer(sets.Slice(part * Channels, Channels));
            }
        }

        base.Forward(x, view, pass, epilogue, y);
    }

    /// <summary>What x minus the running mean is multiplied by to be normalized: 1/√(variance + ε) of the running variance.</summary>
    private protected virtual double InverseOfSpread(double spread) => InverseDeviation(spread);

    /// <summary>Each set is normalized by the running statistics of its channel.</summary>
    private protected void SetRunning(ChannelView view)
    {
        ReadOnlySpan<double> mean = RunningStatistics!.Mean.Elements();
        ReadOnlySpan<double> spread = RunningStatistics.Spread.Elements();
        AffineParameters affine = Affine;
        ForwardSets sets = Normalizer.Forward(0, view.Sets);
        for (int set = 0, c = 0; set < view.Sets; set++, c = Next(c))
        {
            sets.Set(set, mean[c], InverseOfSpread(spread[c]), affine.Gamma(c), affine.Beta(c));
        }
    }

    /// <summary>Each set is normalized by moments of its own.</summary>
    private protected override void SetForward(int first, ReadOnlySpan<Moments> own)
    {
        AffineParameters affine = Affine;
        ForwardSets sets = Normalizer.Forward(first, own.Length);
        int c = first % Channels;
        for (int i = 0; i < own.Length; i++, c = Next(c))
        {
            sets.Set(i, own[i].Mean, InverseDeviation(own[i].PopulationVariance), affine.Gamma(c), affine.Beta(c));
        }
    }

    /// <summary>The moments of each channel of the batch, of all replicas' shares where there is an exchange; at least two values each.</summary>
    private protected ReadOnlySpan<Moments> BatchMoments(ReadOnlySpan<float> x, ChannelView view, IStatisticsExchange? exchange = null)
    {
        Span<Moments> batch = ComputeMoments(x, view);
        exchange?.Merge(batch);
        foreach (ref readonly Moments channel in batch)
        {
            if (channel.Count < 2)
            {
                throw VarianceMissing(channel.Count == 0 ? "has no value that is kept per channel" : "has one value per channel");
            }
        }

        return batch;
    }

    /// <summary>An exception that says where the input of this pass has too few values for batch statistics.</summary>
    private protected ArgumentException VarianceMissing(string where) =>
        InputRefused($"{where}, which has no variance: that takes at least two.");

    /// <summary>Whether the batch's own statistics normalize in a pass.</summary>
    private protected bool UsesBatch(Pass pass) =>
        RunningStatistics is null
        || Source == StatisticsSource.Batch
        || (Source == StatisticsSource.ByPass && pass == Pass.Training);

    /// <summary>Whether the running statistics take in the batch of a pass.</summary>
    private protected bool Updates(Pass pass) =>
        RunningStatistics is not null && Update == StatisticsUpdate.InTraining && pass == Pass.Training;
}
