using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

public class LabCommandTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public void A_wrong_port_is_refused(string port) =>
        CommandRun.Of("lab", "--port", port).AssertRefused(2, $"--port '{port}' must be a whole number from 1 to 65535");

    [Fact]
    public void The_command_itself_needs_no_web_server()
    {
        string runtime = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evenkeel.Cli.runtimeconfig.json"));

        Assert.DoesNotContain("AspNetCore", runtime, StringComparison.Ordinal);
        Assert.DoesNotContain(
            typeof(EvenkeelCommand).Assembly.GetReferencedAssemblies(),
            assembly => assembly.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }
}
