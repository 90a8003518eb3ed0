namespace Evenkeel.Training;

/// <summary>A call of <c>Fit</c> in a checkpoint.</summary>
/// <param name="Position">Where it was.</param>
/// <param name="Settings">The settings that the call that continues it must have, by name.</param>
/// <param name="Best">The state of its best epoch; null if it was not kept.</param>
/// <param name="IsOver">Whether another call came after it, so that it is not to be trained again.</param>
internal sealed record InterruptedFit(
    FitPosition Position, IReadOnlyDictionary<string, string> Settings, StateSnapshot? Best, bool IsOver);
