using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>The process that a rank is.</summary>
/// <param name="Rank">The rank.</param>
/// <param name="Process">The number of the process on its host.</param>
/// <param name="Host">The name of the host.</param>
public sealed record RankProcess(int Rank, int Process, string Host)
{
    /// <summary>What tells numbers of processes apart that mean different processes: host and namespace.</summary>
    internal string Namespace { get; init; } = Host;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"rank {Rank} (process {Process} on {Host})");
}
