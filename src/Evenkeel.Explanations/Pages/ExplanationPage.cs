using System.Net;

namespace Evenkeel.Explanations.Pages;

/// <summary>An explanation as one page that opens without a network: its numbers as JSON, and a script that shows them.</summary>
internal static class ExplanationPage
{
    /// <summary>Returns the page.</summary>
    public static string Of(Explanation explanation)
    {
        // The policy makes the browser itself refuse anything from outside; the fonts of formulas are inside the styles.
        const string Policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; "
            + "form-action 'none'";
        string title = WebUtility.HtmlEncode(explanation.Title);
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}: every number</title>
            <!--
            {PageResource.Notices}
            -->
            <style>{Resource("page.css")}</style>
            </head>
            <body>
            <main><h1>{title}</h1><p>{WebUtility.HtmlEncode(explanation.Summary)}</p>
            <noscript><p class="warning">The numbers on this page need JavaScript,
                which is switched off; 'evenkeel explain {explanation.Name}'
            prints them.</p></noscript></main>
            <script type="application/json" id="explanation">{ExplanationJson.Write(explanation)}</script>
            <script>{Resource("page.js")}</script>
            </body>
            </html>

            """;
    }

    private static string Resource(string name) => PageResource.Text(typeof(ExplanationPage).Assembly, $"pages/{name}");
}
