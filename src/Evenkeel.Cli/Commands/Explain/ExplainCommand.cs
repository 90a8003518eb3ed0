using System.CommandLine;
using System.Text;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Explanations;
using Evenkeel.Explanations.Methods;
using Evenkeel.Explanations.Pages;

namespace Evenkeel.Cli.Commands.Explain;

/// <summary><c>evenkeel explain</c>: explains a method by an example, with every intermediate number.</summary>
internal static class ExplainCommand
{
    public static Command Create(Terminal terminal)
    {
        var csv = new CsvOptions();
        Argument<string> name = new("name") { Description = "One of the methods below.", HelpName = "NAME" };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ExplanationCatalog.All.All(entry => entry.Name != token.Value))
            {
                string names = string.Join(", ", ExplanationCatalog.All.Select(entry => entry.Name));
                result.AddError($"there is no explanation '{token.Value}'; the explanations are: {names}."
                    + Suggestion.For(token.Value, ExplanationCatalog.All.Select(entry => entry.Name)));
            }
        });
        Option<string?> input = SharedOptions.File(
            "--input", "Numbers to start from: a CSV file, a row per sample, or a JSON file with nested arrays (default: an example).");
        Option<int[]> sampleShape = ExplainInput.SampleShape();
        Option<float[]> gamma = ExplainInput.NumberList("--gamma", "γ, one number per channel, such as 2,5 (default 1 for an --input).");
        Option<float[]> beta = ExplainInput.NumberList("--beta", "β, one number per channel, such as 3,8 (default 0 for an --input).");
        Option<double> epsilon = SharedOptions.Number(
            "--epsilon", "E", "ε, added to the variance inside the root (default 1e-5).", 1e-5, "a number from 1e-30 to 1",
            value => value is >= 1e-30 and <= 1);
        Option<string?> outputGradient = SharedOptions.File(
            "--dy",
            "Gradient of the output: a CSV or JSON file of the input's shape, or numbers such as 1,0,-1 (default: small whole numbers).",
            "FILE|X,...");
        Option<int> groups = SharedOptions.Number(
            "--groups", "G", "Number of groups of group-norm (default 2; 1 for an --input).", 1, "a whole number of at least 1",
            value => value >= 1);
        Option<double> probability = SharedOptions.Number(
            "--probability", "P", "Probability with which dropout drops an element (default 0.5).", 0.5,
                "a number of at least 0 and below 1",
            value => value is >= 0 and < 1);
        Option<ulong> seed = SharedOptions.Seed("Seed of dropout's mask (default 0).");
        Option<string?> output = SharedOptions.File("--out", "Page to write, as HTML that opens without a network.", "FILE.html");
        Option<bool> json = SharedOptions.Json("Print every number as one line of JSON on standard output, and nothing else.");
        var command = new DocumentedCommand("explain", "Explain a method step by step, with every intermediate number, forward and "
            + "backward.")
        {
            name,
        };
        command.Sections.Add(("Methods", [.. ExplanationCatalog.All.Select(entry => (entry.Name, entry.Description))]));
        command.AddGroup("Example", input, sampleShape, gamma, beta, epsilon, outputGradient, groups, probability, seed);
        command.AddGroup("CSV", csv.All);
        command.AddGroup("Output", output, json);
        command.Examples.Add(("evenkeel explain batch-norm", "two images of 2×2 pixels with two channels, γ = (2, 5), β = (3, 8)"));
        command.Examples.Add(("evenkeel explain layer-norm --out layer-norm.html", "the same numbers as a page to step through"));
        command.Examples.Add(("evenkeel explain batch-norm --input table.csv --gamma 1,2,1", "a table of your own with three columns"));
        command.SetAction(parsed =>
        {
            ExplanationEntry entry = ExplanationCatalog.All.Single(one => one.Name == parsed.GetRequiredValue(name));
            CheckApply(parsed, entry, gamma, beta, epsilon, outputGradient, groups, probability, seed);
            string? path = parsed.GetValue(input), gradientPath = parsed.GetValue(outputGradient);
            OutputFile? page = parsed.GetValue(output) is { } file
                ? OutputFile.Create(file, [.. new[] { path, gradientPath }.OfType<string>().Where(File.Exists)])
                : null;
            if (page?.IsStandardOutput == true && parsed.GetValue(json))
            {
                throw new UsageException("standard output cannot be the page and the JSON at once.");
            }

            Explanation explanation = Explain(() =>
            {
                var reader = new ExplainInput(parsed, csv);
                ExplanationInput start = path is null ? entry.DefaultInput : reader.Read(path, parsed.GetValue(sampleShape)!);
                return entry.Explain(start with
                {
                    Weight = parsed.GetValue(gamma) is { Length: > 0 } weights ? weights : start.Weight,
                    Bias = parsed.GetValue(beta) is { Length: > 0 } biases ? biases : start.Bias,
                    Epsilon = parsed.GetValue(epsilon),
                    OutputGradient = gradientPath is null ? start.OutputGradient : reader.ReadGradient(gradientPath, start.Shape),
                    Groups = parsed.GetResult(groups) is { Implicit: false } ? parsed.GetValue(groups) : start.Groups,
                    Probability = parsed.GetValue(probability),
                    Seed = parsed.GetValue(seed),
                });
            });
            page?.Write(stream => stream.Write(Encoding.UTF8.GetBytes(ExplanationPage.Of(explanation))));
            if (page?.IsStandardOutput == true)
            {
                return ExitCode.Success;
            }

            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(ExplanationJson.Write(explanation));
            }
            else if (page is null)
            {
                ExplanationRendering.Write(terminal, explanation);
            }
            else
            {
                terminal.Output.WriteLine($"{explanation.Title}: {explanation.Summary} Written:");
                terminal.Output.WriteLine("  " + OneLine.Of(page.Path));
            }

            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Refuses an option that the method does not take.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="entry">The method.</param>
    /// <param name="options">The options for γ, β, ε, dy, groups, and the probability and seed of dropout.</param>
    private static void CheckApply(ParseResult parsed, ExplanationEntry entry, params Option[] options)
    {
        ExplanationSettings[] settings =
        [
            ExplanationSettings.Weight,
            ExplanationSettings.Bias,
            ExplanationSettings.Epsilon,
            ExplanationSettings.OutputGradient,
            ExplanationSettings.Groups,
            ExplanationSettings.Dropout,
            ExplanationSettings.Dropout,
        ];
        IEnumerable<Option> others = options.Zip(settings).Where(pair => !entry.Settings.HasFlag(pair.Second)).Select(pair => pair.First);
        if (SharedOptions.FirstGiven(parsed, others) is { } given)
        {
            throw new UsageException($"{given.Name} does not apply to '{entry.Name}'.");
        }
    }

    /// <summary>Explains; an input that a method refuses is an error of the command line.</summary>
    private static Explanation Explain(Func<Explanation> explain)
    {
        try
        {
            return explain();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(OneLine.Of(e));
        }
    }
}
