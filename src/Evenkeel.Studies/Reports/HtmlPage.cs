namespace Evenkeel.Studies.Reports;

/// <summary>The frame of all pages, which are self-contained and open without a network.</summary>
internal static class HtmlPage
{
    /// <summary>Returns a page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="content">The content below the title, as HTML.</param>
    /// <param name="scripts">The script elements at its end, with the charts' libraries; empty for a page without charts.</param>
    public static string Of(string title, string content, string scripts = "")
    {
        // The policy makes the browser itself refuse anything from outside; Vega compiles its expressions by eval.
        string policy = "default-src 'none';" + (scripts.Length == 0 ? "" : " script-src 'unsafe-inline' 'unsafe-eval';")
            + " style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
        string notices = scripts.Length == 0 ? "" : $"<!--\n{CommentSafe(Resource.Text("reports/third-party-notices.md"))}\n-->\n";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Html.Text(title)}</title>
            {notices}<style>
            {Resource.Text("reports/report.css")}</style>
            </head>
            <body>
            <main>
            <h1>{Html.Text(title)}</h1>
            {content}
            </main>
            {scripts}
            </body>
            </html>

            """;
    }

    private static string CommentSafe(string text) => text.Replace("-->", "--&gt;", StringComparison.Ordinal).Trim();
}
