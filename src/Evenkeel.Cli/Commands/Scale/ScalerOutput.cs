using System.CommandLine;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary>The options for what a fit is written to: a scaler, or the state of some parts of a table.</summary>
internal sealed class ScalerOutput
{
    private readonly Option<string?> _scaler = SharedOptions.File("--out", "File for the fitted scaler, in JSON.");

    private readonly Option<string?> _state = SharedOptions.File(
        "--state", "Instead of --out: file for the unfinished state, which 'evenkeel scale merge' merges with that of other parts.");

    private readonly Option<int?> _parts = SharedOptions.OptionalNumber<int>(
        "--parts", "N", "Number of parts of the whole table; fewer, when merged, are an error.", "a whole number from 1 to 1000000",
        value => value is >= 1 and <= 1_000_000);

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All => [_scaler, _state, _parts];

    /// <summary>The number of parts of the whole table; null if unknown.</summary>
    public int? Parts(ParseResult parsed) => parsed.GetValue(_parts);

    /// <summary>True if the state is written.</summary>
    public bool IsState(ParseResult parsed) => parsed.GetValue(_state) is not null;

    /// <summary>Checks the file to write.</summary>
    /// <exception cref="UsageException">Neither file is given or both are, or the file is an input.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public OutputFile Create(ParseResult parsed, IReadOnlyList<string> inputs) => (parsed.GetValue(_scaler), parsed.GetValue(_state)) switch
    {
        ({ } scaler, null) => OutputFile.CreateFor(_scaler.Name, scaler, inputs),
        (null, { } state) => OutputFile.CreateFor(_state.Name, state, inputs),
        (null, null) => throw new UsageException(
            "--out FILE is required, for the scaler; or --state FILE, to merge it with that of other parts later."),
        _ => throw new UsageException("--out and --state exclude each other: the scaler is written when all parts are merged."),
    };
}
