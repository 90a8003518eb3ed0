using System.CommandLine;
using System.Diagnostics;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary><c>evenkeel scale merge</c>: merges the states of parts of a table to its scaler.</summary>
internal static class ScaleMergeCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Argument<string[]> inputs = SharedOptions.FilesArgument(
            "STATE.json", "Files that 'evenkeel scale fit --state' wrote, in any order, or a pattern for them.");
        var output = new ScalerOutput();
        Option<bool> json = SharedOptions.Json("Print a summary as one line of JSON on standard output.");

        var command = new DocumentedCommand(
            "merge", "Merge the states of all parts of a table: the scaler has the bits of one fit to all of them.")
        {
            inputs,
        };
        command.AddGroup("Output", [.. output.All, json]);
        command.Examples.Add(
            ("evenkeel scale merge states/*.json --parts 16 --out scaler.json", "the scaler of a table in 16 parts"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            long start = Stopwatch.GetTimestamp();
            string[] paths = Paths(parsed.GetRequiredValue(inputs));
            OutputFile file = output.Create(parsed, paths);
            ScalerState state = StateFiles.Load(paths);
            if (output.Parts(parsed) is { } count)
            {
                state = count >= state.Parts.Count
                    ? state.WithPartCount(count)
                    : throw new UsageException($"--parts {count} is below the number of parts in the states, {state.Parts.Count}.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<string>? names = state.ColumnNames;
            file.Write(output.IsState(parsed) ? state.Write : new ScalerFile(PartMerge.Merge(state), names).Write);
            ScaleRendering.WriteResult(
                file.IsStandardOutput ? terminal.Error : terminal.Output,
                parsed.GetValue(json),
                new ScaleResult(
                    command.Name,
                    names ?? [],
                    state.Rows,
                    0,
                    paths.Sum(path => path == OutputFile.Dash ? 0 : new FileInfo(path).Length),
                    Stopwatch.GetElapsedTime(start),
                    file.Path,
                    state.Parts.Count));
            return ExitCode.Success;
        }));
        return command;
    }

    private static string[] Paths(IReadOnlyList<string> arguments)
    {
        string[] paths = [.. arguments.SelectMany(argument => FilePattern.Is(argument) ? FilePattern.Expand(argument) : [argument])];
        return paths.GroupBy(path => path).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UsageException($"'{twice.Key}' is given twice.")
            : paths;
    }
}
