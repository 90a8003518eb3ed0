using System.Diagnostics;
using Evenkeel.Onnx.Tests.Support;

namespace Evenkeel.Studies.Tests.Reports;

/// <summary>Checks pages in a browser, wide and narrow, in light and dark mode, by Browser/check.js.</summary>
internal static class PageCheck
{
    private static readonly string Script = Path.GetFullPath(Path.Combine(NpmPackages.PathOf(".."), "check.js"));

    /// <summary>What is wrong with the pages: errors, pale texts, texts that are cut or overlap, and what else axe finds.</summary>
    /// <param name="pages">The pages' files.</param>
    public static IReadOnlyList<string> Problems(IEnumerable<string> pages)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [Script, Chromium.Path!, .. pages])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
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
