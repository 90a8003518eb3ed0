using System.Diagnostics;

namespace Evenkeel.Browser;

/// <summary>A browser without a window, for tests that look at what a page becomes.</summary>
internal static class Chromium
{
    public static string? Path { get; } =
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
         from name in new[] { "chromium", "chromium-browser", "google-chrome", "chrome" }
         from extension in new[] { "", ".exe" }
         let file = System.IO.Path.Combine(folder, name + extension)
         where File.Exists(file)
         select file).FirstOrDefault();

    /// <summary>The document as it is once its scripts have run, and what the browser wrote to its log.</summary>
    public static (string Document, string Log) Open(string file)
    {
        string profile = Directory.CreateTempSubdirectory("evenkeel-chromium-").FullName;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Path!)
            {
                ArgumentList =
                {
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--enable-logging=stderr", "--v=0", "--window-size=1280,2000", "--virtual-time-budget=20000",
                    $"--user-data-dir={profile}", "--dump-dom", new Uri(file).AbsoluteUri,
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var document = process.StandardOutput.ReadToEndAsync();
            var log = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException("the browser did not end");
            }

            return (document.GetAwaiter().GetResult(), log.GetAwaiter().GetResult());
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}

/// <summary>A test that needs a browser, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Chromium.Path is null)
        {
            Skip = "no Chromium or Chrome on the PATH";
        }
    }
}
