namespace Evenkeel.Training;

/// <summary>A call of <c>Fit</c> that was interrupted after a checkpoint.</summary>
/// <param name="Position">Where it was.</param>
/// <param name="Settings">The settings that the call that continues it must have, by name.</param>
/// <param name="Best">The state of its best epoch; null if it was not kept.</param>
internal sealed record InterruptedFit(FitPosition Position, IReadOnlyDictionary<string, string> Settings, StateSnapshot? Best);
