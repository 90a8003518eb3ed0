using System.Diagnostics;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Browser;

/// <summary>Checks pages in a browser, wide and narrow, in light and dark mode, by check.js.</summary>
internal static class PageCheck
{
    /// <summary>What is wrong with the pages: errors, pale texts, texts that are cut or overlap, and what else axe finds.</summary>
    /// <param name="pages">The pages' files.</param>
    public static IReadOnlyList<string> Problems(IEnumerable<string> pages) =>
        Run(Path.GetFullPath(Path.Combine(NpmPackages.PathOf(".."), "check.js")), pages);

    /// <summary>Runs a script that drives the browser, and returns what it prints, a line per problem.</summary>
    /// <param name="script">The script's file.</param>
    /// <param name="arguments">Its arguments behind the browser.</param>
    public static IReadOnlyList<string> Run(string script, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [script, Chromium.Path!, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NODE_PATH"] = NpmPackages.PathOf("") },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("the browser did not end");
        }

        Assert.True(process.ExitCode == 0, error.GetAwaiter().GetResult());
        return output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>A test that checks pages in a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PageCheckFactAttribute : FactAttribute
{
    public PageCheckFactAttribute() => Skip = new ChromiumFactAttribute().Skip ?? NpmPackages.Missing;
}
