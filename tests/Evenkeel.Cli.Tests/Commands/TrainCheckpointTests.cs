using System.Text.RegularExpressions;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Models;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary><c>evenkeel train</c> with <c>--save</c>, <c>--checkpoint</c>, <c>--every</c> and <c>--resume</c>.</summary>
public sealed partial class TrainCheckpointTests : IDisposable
{
    private static readonly string[] Small = ["--hidden", "8,6", "--epochs", "3", "--batch-size", "10", "--dropout", "0.1", "--json"];

    private readonly SmallImages _images = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-test-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose()
    {
        _images.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_network_is_saved_with_the_shape_of_its_images()
    {
        string path = Path.Combine(_folder, "net.evenkeel");
        TrainSuccessfully("--save", path);
        ModelFile model = ModelFile.Load(path);
        Assert.Equal(3, model.SampleShape!.Count);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_interrupted_run_is_resumed_to_the_same_network_and_lines()
    {
        string whole = Path.Combine(_folder, "whole"), resumed = Path.Combine(_folder, "resumed");
        CommandRun uninterrupted = TrainSuccessfully("--save", whole);
        using var output = new CancellingWriter("\"epoch\":2");
        CommandRun interrupted = CommandRun.Of(
            ["train", "--data", _images.Folder, .. Small, "--checkpoint", Run, "--every", "1", "--save", resumed],
            output, new StringWriter(), output.Token);
        Assert.Equal(1, interrupted.ExitCode);
        interrupted.AssertOneErrorLine("--resume");
        Assert.False(File.Exists(resumed));
        CommandRun rest = Train("--checkpoint", Run, "--resume", "--save", resumed);
        Assert.Equal(0, rest.ExitCode);
        rest.AssertOneErrorLine("resumed after step");
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(resumed));
        Assert.Equal(WithoutSeconds(uninterrupted.OutputLines[^1]), WithoutSeconds(rest.OutputLines[^1]));
        Assert.Equal(3, Directory.GetFiles(Run).Length);
    }

    [Fact]
    public void A_finished_run_is_not_trained_again()
    {
        TrainSuccessfully("--checkpoint", Run, "--resume");
        CommandRun again = Train("--checkpoint", Run, "--resume");
        Assert.Equal((0, ""), (again.ExitCode, again.Output));
        Assert.Contains("done before", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_checkpoints_is_not_mixed_with_a_new_run() =>
        AssertRefusedAfterRun(2, ["--checkpoint", Run], "--resume");

    [Fact]
    public void Options_that_differ_from_the_checkpoint_are_refused()
    {
        AssertRefusedAfterRun(2, ["--checkpoint", Run, "--resume", "--seed", "7"], "other layers, settings or seeds");
        AssertRefusedAfterRun(2, ["--checkpoint", Run, "--resume", "--augment", "flip"], "augmentation");
        AssertRefusedAfterRun(2, ["--checkpoint", Run, "--resume", "--lr", "0.5"], "--lr 0.1");
    }

    [Theory]
    [InlineData("--every '0'", "--every", "0")]
    [InlineData("--every '30x'", "--every", "30x")]
    [InlineData("--every '-1s'", "--every", "-1s")]
    [InlineData("--every '1e3s'", "--every", "1e3s")]
    [InlineData("--every 's'", "--every", "s")]
    [InlineData("--every needs the folder of --checkpoint", "--every", "30s")]
    [InlineData("--resume needs the folder of --checkpoint", "--resume")]
    [InlineData("--save ''", "--save", "")]
    public void An_invalid_command_line_is_one_line_and_exit_code_2(string words, params string[] arguments) =>
        CommandRun.Of(["train", "--data", _images.Folder, .. arguments]).AssertRefused(2, words);

    [Fact]
    public void A_file_or_folder_that_cannot_be_written_is_refused_before_training()
    {
        Train("--save", Path.Combine(_folder, "none", "net")).AssertRefused(1, "no such folder");
        Train("--save", _folder).AssertRefused(1, "it is a folder");
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Train("--checkpoint", file).AssertRefused(1, "file");
    }

    private void AssertRefusedAfterRun(int exitCode, string[] arguments, string words)
    {
        Train("--checkpoint", Run, "--resume");
        CommandRun refused = Train(arguments);
        Assert.Equal("", refused.Output);
        Assert.Contains(words, refused.Error, StringComparison.Ordinal);
        Assert.InRange(refused.ExitCode, 1, exitCode);
    }

    private static string WithoutSeconds(string line) => Seconds().Replace(line, "");

    [GeneratedRegex("\"seconds\":[^,]*,")]
    private static partial Regex Seconds();

    private CommandRun TrainSuccessfully(params string[] arguments)
    {
        CommandRun run = Train(arguments);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    private CommandRun Train(params string[] arguments) => CommandRun.Of(["train", "--data", _images.Folder, .. Small, .. arguments]);
}
