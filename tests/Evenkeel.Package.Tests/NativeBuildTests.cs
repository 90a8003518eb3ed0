using System.Diagnostics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Package.Tests;

/// <summary>The instruction set that the package's targets choose for native builds, evaluated in this project.</summary>
public class NativeBuildTests
{
    [Theory]
    [InlineData("x86-64-v3", "linux-x64")]
    [InlineData("x86-64-v3", "linux-musl-x64")]
    [InlineData("x86-64-v3", "win-x64")]
    [InlineData("", "linux-arm64")]
    [InlineData("native", "linux-x64", "IlcInstructionSet=native")]
    [InlineData("x86-64-v4", "linux-x64", "EvenkeelAotInstructionSet=x86-64-v4")]
    [InlineData("", "linux-x64", "EvenkeelAotInstructionSet=default")]
    [InlineData("", "linux-x64", "PublishAot=false")]
    public void The_default_has_fused_multiply_add(string expected, string runtime, string? property = null) =>
        Assert.Equal(expected, Evaluate("IlcInstructionSet", ["PublishAot=true", $"RuntimeIdentifier={runtime}", property]));

    private static string Evaluate(string name, string?[] properties)
    {
        string project = Path.Combine(Repository.Root, "tests/Evenkeel.Package.Tests/Evenkeel.Package.Tests.csproj");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["msbuild", project, $"-getProperty:{name}", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        };
        foreach (string? property in properties.Where(property => property is not null))
        {
            start.ArgumentList.Add($"-p:{property}");
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Trim();
    }
}
