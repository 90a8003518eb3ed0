using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Harness;

/// <summary>A run of one seed, not yet made.</summary>
/// <param name="Conditions">The level of each factor, in the order of the factors.</param>
/// <param name="Run">Makes the run.</param>
internal sealed record Trial(IReadOnlyList<string> Conditions, Action<Recorder, CancellationToken> Run);
