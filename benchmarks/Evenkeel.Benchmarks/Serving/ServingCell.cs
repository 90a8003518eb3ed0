namespace Evenkeel.Benchmarks.Serving;

/// <summary>What was measured of a network with a number of threads and a batch.</summary>
/// <param name="Network">The network.</param>
/// <param name="Threads">The number of threads of both sides.</param>
/// <param name="Batch">The column of the batch.</param>
/// <param name="Ours">The median seconds of a call of ours.</param>
/// <param name="Theirs">The median seconds of a call of ONNX Runtime.</param>
/// <param name="Speed">Our speed divided by theirs, within rounds.</param>
/// <param name="FastestSpeed">Our speed divided by theirs, in the fastest round of each.</param>
internal sealed record ServingCell(
    ServingNetwork Network, int Threads, string Batch, double Ours, double Theirs, Quartiles Speed, double FastestSpeed);
