using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Harness;

/// <summary>A run that is to be made.</summary>
/// <param name="Conditions">What sets it apart from the other runs of its seed: a level for each factor, in their order.</param>
/// <param name="Run">Makes it; it stops where the token says so.</param>
internal sealed record Trial(IReadOnlyList<string> Conditions, Action<Recorder, CancellationToken> Run);
