namespace Evenkeel.Studies.Charts;

/// <summary>Vega, Vega-Lite and Vega-Embed, which the build embeds (see Charts.targets).</summary>
internal static class ChartLibraries
{
    /// <summary>The libraries' names, in the order in which a page must load them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["vega", "vega-lite", "vega-embed"];

    /// <summary>A library's script, ready to stand inside an HTML script element.</summary>
    public static string Script(string name)
    {
        string script = Resource.Text($"charts/{name}.min.js");

        // The browser would look for a source map beside the report, where there is none.
        int sourceMap = script.LastIndexOf("//# sourceMappingURL=", StringComparison.Ordinal);
        if (sourceMap >= 0)
        {
            script = script[..sourceMap];
        }

        return script.Contains("</script", StringComparison.OrdinalIgnoreCase) || script.Contains("<!--", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"{name} cannot be embedded in an HTML script element")
            : script.TrimEnd();
    }
}
