using Evenkeel.Explanations.Pages;

namespace Evenkeel.Lab.Server;

/// <summary>The page, its script and its styles, which the build bundles into the lab's assembly.</summary>
internal static class LabPage
{
    /// <summary>The page.</summary>
    public static string Html { get; } =
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Evenkeel lab</title>
        <!--
        {PageResource.Notices}
        -->
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/page.css">
        </head>
        <body>
        <main><h1>Evenkeel lab</h1><noscript><p class="warning">The lab needs JavaScript, which is switched off.</p></noscript></main>
        <script src="/page.js"></script>
        </body>
        </html>

        """;

    /// <summary>The script.</summary>
    public static string Script { get; } = Resource("page.js");

    /// <summary>The styles.</summary>
    public static string Styles { get; } = Resource("page.css");

    private static string Resource(string name) => PageResource.Text(typeof(LabFacade).Assembly, $"page/{name}");
}
