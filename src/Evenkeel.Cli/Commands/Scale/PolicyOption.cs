using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>--on-error</c>: how to treat cells that are not numbers.</summary>
internal static class PolicyOption
{
    public static Option<string> Create() => SharedOptions.Choice(
        "--on-error",
        "How to treat a cell that is not a number, or a row with too few or too many cells: stop (default), skip the row, "
        + "or keep the cell, or all cells of the row, unchanged as if missing.",
        "stop", "skip", "keep");

    public static CellPolicy Of(string value) => value switch
    {
        "skip" => CellPolicy.Skip,
        "keep" => CellPolicy.Keep,
        _ => CellPolicy.Stop,
    };

    /// <summary>Reports the rows skipped or the cells kept.</summary>
    public static void Report(Terminal terminal, CellPolicy policy, TableProblems problems)
    {
        if (problems.Count > 0)
        {
            string what = policy == CellPolicy.Skip ? "rows skipped" : "cells and rows kept unchanged";
            terminal.Error.WriteLine(OneLine.Of(
                Invariant($"evenkeel: {what}: {problems.Count:N0}; the first: {problems.First}.")));
        }
    }
}
