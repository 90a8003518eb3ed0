using Evenkeel.Cli.Shell;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;

namespace Evenkeel.Cli.Tests.Support;

/// <summary>The command, run inside this process, and what came of it.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split(Environment.NewLine)[..^1];

    public static CommandRun Of(params string[] arguments) => Of(arguments, CancellationToken.None);

    public static CommandRun Of(string[] arguments, CancellationToken cancellationToken) =>
        Of(arguments, new StringWriter(), new StringWriter(), cancellationToken);

    public static CommandRun Of(string[] arguments, StringWriter output, StringWriter error, CancellationToken cancellationToken) =>
        Of(arguments, StudyCatalog.All, output, error, cancellationToken);

    public static CommandRun Of(
        string[] arguments, IReadOnlyList<Study> studies, StringWriter output, StringWriter error, CancellationToken cancellationToken)
    {
        int exitCode = EvenkeelCommand.Run(arguments, new Terminal(output, error, IsLive: false), studies, cancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Nothing on standard output, one line on standard error that holds the words, and the exit code.</summary>
    public void AssertRefused(int exitCode, params string[] words)
    {
        Assert.Equal("", Output);
        AssertOneErrorLine(words);
        Assert.Equal(exitCode, ExitCode);
    }

    public void AssertOneErrorLine(params string[] words)
    {
        Assert.StartsWith("evenkeel: ", Error, StringComparison.Ordinal);
        Assert.EndsWith(Environment.NewLine, Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Error[..^Environment.NewLine.Length], char.IsControl);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", Error, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
    }
}
