using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests;

public sealed class EvenkeelCommandTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("study", "--help")]
    [InlineData("train", "--help")]
    [InlineData("scale", "--help")]
    [InlineData("scale", "fit", "--help")]
    [InlineData("scale", "transform", "--help")]
    [InlineData("scale", "inverse", "--help")]
    [InlineData("scale", "describe", "--help")]
    [InlineData("predict", "--help")]
    [InlineData("model", "--help")]
    [InlineData("model", "inspect", "--help")]
    [InlineData("model", "convert", "--help")]
    [InlineData("model", "compare", "--help")]
    [InlineData("model", "verify", "--help")]
    [InlineData("train", "--help", "--epochs", "-1")]
    public void Help_fits_80_columns_and_ends_with_examples_and_exit_codes(params string[] arguments)
    {
        CommandRun run = CommandRun.Of(arguments);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("Usage: evenkeel ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("Exit codes: 0 ", run.OutputLines[^1], StringComparison.Ordinal);
        Assert.All(run.OutputLines, line => Assert.InRange(line.Length, 0, 80));
        Assert.All(run.OutputLines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.DoesNotContain('\e', run.Output);
    }

    [Theory]
    [InlineData("", "study NAME", "train ", "predict MODEL INPUT", "model ", "scale ", "-h, --help", "--version")]
    [InlineData("study", "NAME", "--seeds N", "--data DIR", "--out DIR", "--threads N", "--json")]
    [InlineData(
        "train", "--net", "--hidden", "--norm batch|none", "--activation relu|sigmoid|tanh", "--dropout",
        "--optimizer sgd|adam|adamw|rmsprop", "--lr", "--schedule constant|linear|cosine", "--warmup N", "--momentum", "--nesterov",
        "--weight-decay", "--clip-norm N", "--epochs", "--batch-size", "--seed", "--data",
        "--threads", "--json")]
    [InlineData("scale", "fit IN.csv", "transform IN.csv", "inverse IN.csv", "describe IN.csv")]
    [InlineData(
        "scale fit", "IN.csv", "--scaler KIND", "--deviation", "--range", "--clip", "--quantiles", "--columns", "--weights", "--delimiter",
        "--culture",
        "--no-header", "--skip", "--missing", "--on-error", "--out", "--threads", "--json")]
    [InlineData("scale transform", "IN.csv", "--scaler FILE", "--delimiter", "--on-error", "--out", "--threads", "--json")]
    [InlineData("scale inverse", "IN.csv", "--scaler FILE", "--delimiter", "--on-error", "--out", "--threads", "--json")]
    [InlineData("predict", "MODEL", "INPUT", "--out FILE", "--format csv|jsonl", "--json", "--delimiter", "--threads")]
    [InlineData("model", "inspect FILE", "convert FILE", "compare A B", "verify A B")]
    [InlineData("model inspect", "FILE", "--json", "tiny", "huge")]
    [InlineData("model convert", "FILE", "--out FILE", "--names evenkeel|torchvision", "--dtype keep|f32", "--drop-description")]
    [InlineData("model compare", "A ", "B ", "--tolerance T")]
    [InlineData("model verify", "A ", "B ", "--samples N", "--seed N", "--tolerance T", "--json")]
    [InlineData("scale describe", "IN.csv", "--delimiter", "--culture", "--missing", "--threads", "--json")]
    public void Help_names_all_there_is(string command, params string[] names)
    {
        string help = CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Output;
        Assert.All(names, name => Assert.Contains("  " + name, help, StringComparison.Ordinal));
    }

    [Fact]
    public void The_examples_in_the_help_are_right()
    {
        // An option that is not there ends every one of them before it does anything.
        IEnumerable<string> examples = new[]
        {
            "--help", "study --help", "train --help", "scale --help", "scale fit --help", "scale transform --help", "scale inverse --help",
            "scale describe --help", "predict --help", "model --help", "model inspect --help", "model convert --help",
            "model compare --help", "model verify --help",
        }
            .SelectMany(page => CommandRun.Of(page.Split(' ')).OutputLines)
            .Where(line => line.StartsWith("  evenkeel ", StringComparison.Ordinal) && !line.Contains("--help", StringComparison.Ordinal))
            .Select(line => line.Trim()["evenkeel ".Length..].Split('>')[0].Trim());
        Assert.NotEmpty(examples);
        Assert.All(examples, example => CommandRun.Of([.. example.Split(' '), "--nonesuch"]).AssertRefused(2, "no option '--nonesuch'"));
    }

    [Fact]
    public void The_version_comes_with_the_instruction_set()
    {
        CommandRun run = CommandRun.Of("--version");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["0.1.0", $"instruction set: {Hardware.Description}"], run.OutputLines);
    }

    [Fact]
    public void Without_arguments_the_help_goes_to_standard_error()
    {
        CommandRun run = CommandRun.Of();
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(CommandRun.Of("--help").Output, run.Error);
    }

    [Theory]
    [InlineData("there is no command 'foo'; the commands are explain, lab, study, train, predict, model and scale.", "foo")]
    [InlineData("there is no command 'Train'", "Train")]
    [InlineData("Did you mean 'train'? Try 'evenkeel --help'.", "trian")]
    [InlineData("Did you mean 'inspect'? Try 'evenkeel model --help'.", "model", "inspct", "m.evenkeel")]
    [InlineData("Did you mean '--norm'? Try 'evenkeel train --help'.", "train", "--nrom", "batch")]
    [InlineData("Did you mean 'batch'? Try 'evenkeel train --help'.", "train", "--norm", "bacth")]
    [InlineData("Did you mean 'mlp'? Try 'evenkeel train --help'.", "train", "--net", "mpl")]
    [InlineData("'evenkeel' has no option '--foo'", "--foo")]
    [InlineData("there is no command '@foo'", "@foo")]
    [InlineData("there is no command ''", "")]
    [InlineData("'[diagram]'", "[diagram]", "train")]
    [InlineData("--version", "--version", "train")]
    [InlineData("there is no command '[a]'", "[a]", "--version")]
    public void An_unknown_command_or_option_is_one_line_and_exit_code_2(string words, params string[] arguments) =>
        CommandRun.Of(arguments).AssertRefused(2, words, "Try 'evenkeel");
}
