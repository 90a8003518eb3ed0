using System.CommandLine;
using Evenkeel.Cli.Rendering;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Studies;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel study</c>: runs a study, prints its table, and writes results and report.</summary>
internal static class StudyCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Argument<string> name = new("name")
        {
            Description = "One of the studies below.",
            HelpName = "NAME",
        };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Study.All.All(study => study.Name != token.Value))
            {
                result.AddError($"there is no study '{token.Value}'; the studies are: {string.Join(", ", Study.All.Select(study => study.Name))}.");
            }
        });
        Option<int> seeds = SharedOptions.Number(
            "--seeds", "N", "How many times each run is made, with different seeds (default 3, which a verdict takes).", 3,
            "a whole number from 1 to 1000", value => value is >= 1 and <= 1000);
        Option<string?> data = DataOption.Create();
        Option<string?> folder = SharedOptions.Folder(
            "--out", "Folder to write results.json, results.csv and report.html into (default evenkeel-out/NAME).");
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print the results in short as one line of JSON on standard output, and nothing else.");

        var command = new DocumentedCommand("study", "Show on real data what normalization does: a table, and a report with charts.")
        {
            name,
        };
        command.Sections.Add(("Studies", [.. Study.All.Select(study => (study.Name, Capitalized(study.Question)))]));
        command.AddGroup("Options", seeds, data, folder, threads, json);
        command.Examples.Add(("evenkeel study init-scale", "96 small networks on the MNIST digits, in half a minute"));
        command.Examples.Add(("evenkeel study feature-scaling", "42 linear models on features as they are and scaled, in seconds"));
        command.Examples.Add(("evenkeel study init-scale --seeds 1 --data fashion-mnist --out fashion", "32 networks on images from a folder"));
        command.SetAction(parsed => Run(
            Study.All.Single(study => study.Name == parsed.GetRequiredValue(name)),
            parsed.GetValue(seeds),
            parsed.GetValue(data),
            parsed.GetValue(folder),
            parsed.GetValue(threads),
            parsed.GetValue(json)));
        return command;

        int Run(Study study, int seedCount, string? dataFolder, string? outFolder, int threadCount, bool asJson)
        {
            Parallelism.Threads = threadCount;
            StudyInput input = Input(study, seedCount, dataFolder);
            // Before minutes of work count on it.
            OutputFolder output = OutputFolder.Create(outFolder ?? Path.Combine("evenkeel-out", study.Name));
            StudyOutcome outcome = StudyDisplay.Show(
                terminal,
                isLive: terminal.IsLive && !asJson,
                study,
                progress => study.Run(input, progress, cancellationToken));

            string[] files = Write(output, outcome);
            if (asJson)
            {
                StudyRendering.WriteJson(terminal.Output, study, outcome, files);
            }
            else
            {
                StudyRendering.WriteTable(terminal, study, outcome, files);
            }

            if (outcome.Completed)
            {
                return ExitCode.Success;
            }

            terminal.Error.WriteLine(outcome.Runs == 0
                ? $"evenkeel: interrupted before the first of the {study.RunsName} was finished; nothing was written."
                : $"evenkeel: interrupted; the results hold the {study.RunsName} that were finished.");
            return ExitCode.Failure;
        }
    }

    private static StudyInput Input(Study study, int seeds, string? dataFolder)
    {
        if (study.TakesImages)
        {
            (ImageClassificationData images, string dataName) = DataOption.Load(dataFolder);
            return new StudyInput(seeds, images, dataName);
        }

        return dataFolder is null
            ? new StudyInput(seeds)
            : throw new UsageException($"the study {study.Name} has data of its own, and takes no --data.");
    }

    /// <summary>Writes what there is. What was interrupted gets names of its own, and leaves complete results of earlier runs alone.</summary>
    private static string[] Write(OutputFolder output, StudyOutcome outcome)
    {
        string partial = outcome.Completed ? "" : ".partial";
        return outcome.Runs == 0 ? [] : [.. outcome.Files.Select(file => output.Write($"{file.Name}{partial}.{file.Extension}", file.Write))];
    }

    private static string Capitalized(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
