using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Studies;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel study</c>: runs one study or all of them, prints a table, and writes results and report.</summary>
internal static class StudyCommand
{
    private const string All = "all";

    public static Command Create(Terminal terminal, IReadOnlyList<Study> studies, CancellationToken cancellationToken)
    {
        Argument<string> name = new("name")
        {
            Description = "One of the studies below, or all.",
            HelpName = "NAME",
        };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not All } token] && studies.All(study => study.Name != token.Value))
            {
                string names = string.Join(", ", studies.Select(study => study.Name));
                result.AddError($"there is no study '{token.Value}'; the studies are: {names}; or {All}."
                    + Suggestion.For(token.Value, studies.Select(study => study.Name).Append(All)));
            }
        });
        Option<int> seeds = SharedOptions.Number(
            "--seeds", "N", "Number of seeds with which each run is repeated (default 3, the fewest for a verdict).", 3,
            "a whole number from 1 to 1000", value => value is >= 1 and <= 1000);
        Option<string?> data = DataOption.Create();
        Option<string?> folder = SharedOptions.Folder(
            "--out", "Folder for results.json, results.csv and report.html (default evenkeel-out/NAME); with all, for a "
            + "folder per study and index.html (default evenkeel-out/studies).");
        Option<string?> markdown = SharedOptions.File(
            "--markdown", "With all, also write a table of the verdicts and of what the sources report, in Markdown.");
        Option<string[]> compared = new("--compare")
        {
            Description = "With --markdown: the folder of another 'study all', on other data, whose verdicts become a column. Repeatable.",
            HelpName = "DIR",
        };
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print a summary as one line of JSON on standard output, and nothing else.");

        var command = new DocumentedCommand("study", "Show on real data what normalization does: a table, and a report with charts.")
        {
            name,
        };
        (string, string)[] rows =
        [
            .. studies.Select(study => (study.Name, Capitalized(study.Question))),
            (All, "All of these, one after another, and a page about all. Finished studies are not run again."),
        ];
        command.Sections.Add(("Studies", rows));
        command.AddGroup("Options", seeds, data, folder, markdown, compared, threads, json);
        command.Examples.Add(("evenkeel study init-scale", "96 small networks on the MNIST digits, in half a minute"));
        command.Examples.Add(("evenkeel study feature-scaling", "42 linear models on raw and scaled features, in seconds"));
        command.Examples.Add(
            ("evenkeel study init-scale --seeds 1 --data fashion-mnist --out fashion", "32 networks on images from a folder"));
        command.Examples.Add(
            ("evenkeel study all --data synthetic --out synthetic", "every study on images that need no file, with a page of their own"));
        command.Examples.Add(("evenkeel study all", "every study; after Ctrl-C, the same command continues where it stopped"));
        command.SetAction(parsed =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            string? markdownFile = parsed.GetValue(markdown);
            string[] others = parsed.GetValue(compared) ?? [];
            if (others.Length > 0 && markdownFile is null)
            {
                throw new UsageException("--compare adds columns to the table of --markdown, which is missing.");
            }

            if (parsed.GetRequiredValue(name) == All)
            {
                return new StudyAll(terminal, studies, parsed.GetValue(json), cancellationToken)
                    .Run(parsed.GetValue(seeds), parsed.GetValue(data), parsed.GetValue(folder), markdownFile, others);
            }

            return markdownFile is null
                ? Run(
                    studies.Single(study => study.Name == parsed.GetRequiredValue(name)),
                    parsed.GetValue(seeds),
                    parsed.GetValue(data),
                    parsed.GetValue(folder),
                    parsed.GetValue(json))
                : throw new UsageException($"--markdown applies to 'study {All}', not to a single study.");
        });
        return command;

        int Run(Study study, int seedCount, string? dataFolder, string? outFolder, bool asJson)
        {
            StudyInput input = Input(study, seedCount, dataFolder);
            // Checked before minutes of work depend on it.
            OutputFolder output = OutputFolder.Create(outFolder ?? Path.Combine("evenkeel-out", study.Name));
            StudyOutcome outcome = StudyDisplay.Show(
                terminal,
                isLive: terminal.IsLive && !asJson,
                study,
                progress => study.Run(input, progress, cancellationToken));

            string[] files = outcome.WriteTo(output);
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

    private static string Capitalized(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
