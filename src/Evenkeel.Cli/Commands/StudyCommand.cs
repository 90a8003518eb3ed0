using System.CommandLine;
using Evenkeel.Cli.Rendering;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Studies;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel study</c>: runs a study, prints its table, and writes results and report.</summary>
internal static class StudyCommand
{
    private static readonly string[] Studies = [InitScaleStudy.Name];

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Argument<string> name = new("name")
        {
            Description = $"The study. {InitScaleStudy.Name}: at which scales of its initial weights does a deep network learn, "
                + "with and without batch normalization?",
            HelpName = "NAME",
        };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Studies.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"there is no study '{token.Value}'; the studies are: {string.Join(", ", Studies)}.");
            }
        });
        Option<int> seeds = SharedOptions.Number(
            "--seeds", "N", "How many times each network is trained, with different seeds (default 3).", 3,
            "a whole number from 1 to 1000", value => value is >= 1 and <= 1000);
        Option<string?> data = DataOption.Create();
        Option<string?> folder = SharedOptions.Folder(
            "--out", "Folder to write results.json, results.csv and report.html into (default evenkeel-out/NAME).");
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print the table as one line of JSON on standard output, and nothing else.");

        var command = new DocumentedCommand("study", "Show on real data what normalization does: a table, and a report with charts.")
        {
            name,
        };
        command.AddGroup("Options", seeds, data, folder, threads, json);
        command.Examples.Add(("evenkeel study init-scale", "96 small networks on the MNIST digits, in half a minute"));
        command.Examples.Add(("evenkeel study init-scale --seeds 1 --data fashion-mnist --out fashion", "32 networks on images from a folder"));
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(name),
            parsed.GetValue(seeds),
            parsed.GetValue(data),
            parsed.GetValue(folder),
            parsed.GetValue(threads),
            parsed.GetValue(json)));
        return command;

        int Run(string study, int seedCount, string? dataFolder, string? outFolder, int threadCount, bool asJson)
        {
            Parallelism.Threads = threadCount;
            (ImageClassificationData images, string dataName) = DataOption.Load(dataFolder);
            // Before minutes of work count on it.
            OutputFolder output = OutputFolder.Create(outFolder ?? Path.Combine("evenkeel-out", study));
            InitScaleSettings settings = InitScaleStudy.Settings(images, dataName, seedCount);
            InitScaleResults results = StudyDisplay.Show(
                terminal,
                isLive: terminal.IsLive && !asJson,
                study,
                progress => InitScaleStudy.Run(images, settings, progress, cancellationToken));

            string[] files = Write(output, results);
            if (asJson)
            {
                InitScaleRendering.WriteJson(terminal.Output, results, files);
            }
            else
            {
                InitScaleRendering.WriteTable(terminal, results, files);
            }

            if (results.Completed)
            {
                return ExitCode.Success;
            }

            terminal.Error.WriteLine(results.Runs.Count == 0
                ? "evenkeel: interrupted before a network was finished; nothing was written."
                : "evenkeel: interrupted; the results hold the networks that were finished.");
            return ExitCode.Failure;
        }
    }

    /// <summary>Writes what there is. What was interrupted gets names of its own, and leaves complete results of earlier runs alone.</summary>
    private static string[] Write(OutputFolder output, InitScaleResults results)
    {
        if (results.Runs.Count == 0)
        {
            return [];
        }

        string partial = results.Completed ? "" : ".partial";
        return
        [
            output.Write($"results{partial}.json", stream => ResultsJson.Write(stream, results)),
            output.Write($"results{partial}.csv", stream => ResultsCsv.Write(stream, results)),
            output.Write($"report{partial}.html", stream => ReportHtml.Write(stream, results)),
        ];
    }
}
