using System.Text.Json.Nodes;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Harness;

/// <summary>The HTML of a measured study's report.</summary>
internal static class MeasuredReport
{
    /// <summary>The first figure, which opens the report; empty if there is none.</summary>
    public static string Picture(IReadOnlyList<Figure> figures) => figures is [var figure, ..]
        ? $"""
            <figure class="picture" aria-label="{Html.Text(figure.Heading)}">
            {Elements(figure, 0)}
            <figcaption>{Html.Text(figure.Text)}</figcaption>
            </figure>
            """
        : "";

    /// <summary>The headlines.</summary>
    public static string Numbers(IReadOnlyList<Headline> headlines) => headlines.Count == 0 ? "" :
        $"""
        <section class="verdict" aria-label="In numbers">
        {string.Concat(headlines.Select(headline => $"""
            <div style="border-color: {SeriesTheme.Look(headline.Series, headline.Place).Color}">
            <strong style="color: {SeriesTheme.Look(headline.Series, headline.Place).Color}">{Html.Text(headline.Number)}</strong>
            <p>{Html.Sentence(headline.Text)}</p>
            </div>

            """))}
        </section>
        """;

    /// <summary>All figures but the first.</summary>
    public static string Figures(IReadOnlyList<Figure> figures) => string.Concat(figures.Select((figure, i) => i == 0 ? "" :
        $"""
        <h2>{Html.Text(figure.Heading)}</h2>
        <p>{Html.Text(figure.Text)}</p>
        {figure.Controls}
        <figure aria-label="{Html.Text(figure.Heading)}">
        {Elements(figure, i)}
        </figure>

        """));

    /// <summary>The charts as Vega-Lite.</summary>
    public static JsonObject Charts(IReadOnlyList<Figure> figures, Measurements measured) =>
        new(from i in Enumerable.Range(0, figures.Count)
            from j in Enumerable.Range(0, figures[i].Charts.Count)
            select KeyValuePair.Create<string, JsonNode?>(Name(i, j), figures[i].Charts[j].Spec(measured)));

    private static string Elements(Figure figure, int number)
    {
        IEnumerable<string> charts = figure.Charts.Select((chart, i) =>
            $"{chart.Caption}<div class=\"chart\" data-chart=\"{Name(number, i)}\"{chart.Attributes}></div>");
        return figure.SideBySide
            ? $"<div class=\"panels three\">{string.Concat(charts.Select(chart => $"<div>{chart}</div>\n"))}</div>"
            : string.Join('\n', charts);
    }

    private static string Name(int figure, int chart) => Invariant($"figure-{figure}-{chart}");
}
