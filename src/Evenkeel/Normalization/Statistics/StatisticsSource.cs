namespace Evenkeel.Normalization;

/// <summary>Which statistics normalize.</summary>
public enum StatisticsSource
{
    /// <summary>The batch's own in training, the running ones in inference.</summary>
    ByPass,

    /// <summary>The batch's own, in inference too.</summary>
    Batch,

    /// <summary>The running ones, in training too: frozen normalization.</summary>
    Running,
}
