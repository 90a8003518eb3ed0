namespace Evenkeel.Comparison.Hashes;

/// <summary>The bits of a trained network.</summary>
/// <param name="Hash">The hash of parameters, running statistics and a prediction.</param>
/// <param name="Loss">The loss of the last step: a hash of networks that learned nothing would prove little.</param>
internal sealed record NetworkHash(string Hash, double Loss);
