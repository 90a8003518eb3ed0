using System.CommandLine;
using Evenkeel.Cli.Csv;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>--on-error</c>: what to do about cells that are not numbers.</summary>
internal static class PolicyOption
{
    public static Option<string> Create() => SharedOptions.Choice(
        "--on-error",
        "What to do about a cell that is not a number, or a row with too few or too many cells: stop (default), skip the row, "
        + "or keep the cell, or all cells of the row, as they are, as if they were missing.",
        "stop", "skip", "keep");

    public static CellPolicy Of(string value) => value switch
    {
        "skip" => CellPolicy.Skip,
        "keep" => CellPolicy.Keep,
        _ => CellPolicy.Stop,
    };

    /// <summary>Says what was passed over.</summary>
    public static void Report(Terminal terminal, CellPolicy policy, CsvProblems problems)
    {
        if (problems.Count > 0)
        {
            terminal.Error.WriteLine(OneLine.Of(FormattableString.Invariant(
                $"evenkeel: {(policy == CellPolicy.Skip ? "rows left out" : "cells and rows kept as they are")}: {problems.Count:N0}; the first: {problems.First}.")));
        }
    }
}
