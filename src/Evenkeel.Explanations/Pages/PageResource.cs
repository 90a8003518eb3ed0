using System.Reflection;

namespace Evenkeel.Explanations.Pages;

/// <summary>What the build embeds for pages.</summary>
internal static class PageResource
{
    /// <summary>The notices of others' work in a page, ready to stand in an HTML comment.</summary>
    public static string Notices { get; } = Text(typeof(PageResource).Assembly, "pages/third-party-notices.md")
        .Replace("-->", "--&gt;", StringComparison.Ordinal).Trim();

    /// <summary>Reads a text.</summary>
    /// <param name="assembly">The assembly that holds it.</param>
    /// <param name="name">The resource's name.</param>
    public static string Text(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly holds no resource '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
