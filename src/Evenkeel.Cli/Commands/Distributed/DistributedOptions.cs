using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Distributed;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Distributed;

/// <summary>The options of a command that may run on several ranks.</summary>
internal sealed class DistributedOptions
{
    private const int MaximumShards = 1024;

    private readonly Option<bool> _distributed = new("--distributed")
    {
        Description = "Train on the ranks of an MPI job: mpirun -n 4 evenkeel train --distributed.",
    };

    private readonly Option<int> _shards = SharedOptions.Number(
        "--shards",
        "N",
        "Parts of each batch; the bits of the weights depend on their number, and not on that of ranks "
            + Invariant($"(default {DataParallel<int>.DefaultShards})."),
        DataParallel<int>.DefaultShards,
        Invariant($"a whole number from 1 to {MaximumShards}"),
        static value => value is >= 1 and <= MaximumShards);

    private readonly Option<string?> _logs = SharedOptions.File(
        "--rank-logs", "Folder for the messages of ranks above 0, a file each (default: none; rank 0 reports).");

    /// <summary>All options, for help.</summary>
    public Option[] All => [_distributed, _shards, _logs];

    /// <summary>The number of shards; null if the command does not run distributed.</summary>
    /// <exception cref="UsageException">Other options are given without --distributed.</exception>
    public int? Shards(ParseResult parsed)
    {
        if (parsed.GetValue(_distributed))
        {
            return parsed.GetValue(_shards);
        }

        return SharedOptions.FirstGiven(parsed, _shards, _logs) is { } option
            ? throw new UsageException($"{option.Name} needs --distributed.")
            : null;
    }

    /// <summary>The folder for the messages of ranks above 0; null for none.</summary>
    public string? Logs(ParseResult parsed) => parsed.GetValue(_logs);
}
