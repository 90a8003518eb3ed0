using Evenkeel.Layers;

namespace Evenkeel.Normalization;

/// <summary>
/// What the normalizers that keep running statistics share: what normalizes, and when the running statistics are updated,
/// as two settings that nothing but setting them changes.
/// </summary>
public abstract class RunningNormalization : ChannelNormalization
{
    private StatisticsSource _source;
    private (StatisticsSource Source, StatisticsUpdate Update) _beforeFreezing;

    private protected RunningNormalization(int channels, double epsilon, bool affine, int axis)
        : base(channels, epsilon, affine, axis)
    {
    }

    /// <summary>Which statistics normalize. It stays as it is set: no pass changes it.</summary>
    /// <exception cref="InvalidOperationException">Running statistics are asked for where none are kept.</exception>
    public StatisticsSource Source
    {
        get => _source;
        set => _source = value != StatisticsSource.Running || KeepsRunningStatistics
            ? value
            : throw new InvalidOperationException("This normalization keeps no running statistics to normalize with.");
    }

    /// <summary>When the running statistics take in a batch. It stays as it is set: no pass changes it.</summary>
    public StatisticsUpdate Update { get; set; }

    /// <summary>Whether running statistics normalize and are not updated, in training too.</summary>
    public bool IsFrozen => Source == StatisticsSource.Running && Update == StatisticsUpdate.Never;

    /// <summary>Whether there are running statistics.</summary>
    private protected abstract bool KeepsRunningStatistics { get; }

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

    /// <summary>Back to the settings from before <see cref="Freeze"/>; nothing where the layer is not frozen.</summary>
    public void Unfreeze()
    {
        if (IsFrozen)
        {
            (Source, Update) = _beforeFreezing;
        }
    }

    /// <summary>Whether the batch's own statistics normalize in a pass.</summary>
    private protected bool UsesBatch(Pass pass) =>
        !KeepsRunningStatistics
        || Source == StatisticsSource.Batch
        || (Source == StatisticsSource.ByPass && pass == Pass.Training);

    /// <summary>Whether the running statistics take in the batch of a pass.</summary>
    private protected bool Updates(Pass pass) =>
        KeepsRunningStatistics && Update == StatisticsUpdate.InTraining && pass == Pass.Training;
}
