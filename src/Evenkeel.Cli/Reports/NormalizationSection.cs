using Evenkeel.Numerics;
using Evenkeel.Studies.Reports;
using Evenkeel.Tables.Inspection;

namespace Evenkeel.Cli.Reports;

/// <summary>What each normalization layer of the network does to its channels.</summary>
internal static class NormalizationSection
{
    private const int MostLayers = 6;
    private const int MostRows = 100;

    private static readonly (string Heading, bool IsNumber)[] Headings =
    [
        ("layer", false), ("channels", true), ("mean of inputs", true), ("σ of inputs", true), ("running mean", true), ("running σ", true),
        ("γ", true), ("β", true), ("mean of outputs", true), ("σ of outputs", true),
    ];

    /// <summary>Returns the section.</summary>
    public static string Of(TableReport report, ChartCollection charts)
    {
        IReadOnlyList<NormalizationEffect> layers = report.Inspection.Normalizations;
        if (layers.Count == 0)
        {
            return """
                <h2>What normalization did</h2>
                <p>The network has no normalization layers; <code>--norm</code> chooses one.</p>
                """;
        }

        long rows = Math.Min(report.Result.TrainingRows, TableInspection.MostObservedRows);
        string shown = layers.Count > MostLayers ? $" The first {MostLayers} of {ReportText.Count(layers.Count)} layers are shown." : "";
        string listed = layers.Count > MostRows ? $"<p>The first {MostRows} of {ReportText.Count(layers.Count)} layers.</p>" : "";
        bool hasRunning = layers.Any(layer => layer.Running is not null);
        return $"""
            <h2>What normalization did</h2>
            <p>{Story(layers)}</p>
            <figure aria-label="Channels before and after normalization">
            {charts.Add("normalization", ReportCharts.Channels([.. layers.Take(MostLayers)]))}
            <figcaption>Each dot is a channel, before a layer of normalization (inputs) and after it (outputs), over
            {ReportText.Count(rows, "training row")} and as in inference. {(hasRunning
                ? "The outputs have the mean β and the standard deviation |γ| that the layer learned, as far as its running statistics "
                    + "agree with these rows."
                : "")}{shown}</figcaption>
            </figure>
            {listed}
            {ReportTable.Of("Normalization layers", Headings, layers.Take(MostRows).Select(Row))}
            """;
    }

    private static string Story(IReadOnlyList<NormalizationEffect> layers)
    {
        double[] before = [.. Deviations(layers.SelectMany(layer => layer.Inputs))];
        double[] after = [.. Deviations(layers.SelectMany(layer => layer.Outputs))];
        (string subject, string pronoun) =
            layers.Count == 1 ? ("the layer", "it") : ($"the {ReportText.Count(layers.Count)} layers", "them");
        return $"Before {subject} of normalization, the standard deviations of channels are {ReportText.Range(before)}; after {pronoun}, "
            + $"{ReportText.Range(after)}.";
    }

    private static IEnumerable<double> Deviations(IEnumerable<Moments> channels) =>
        channels.Select(moments => Math.Sqrt(moments.PopulationVariance));

    private static IReadOnlyList<string> Row(NormalizationEffect layer) =>
    [
        $"{Html.Text(layer.Path)} <span class=\"kind\">{Html.Text(layer.Type)}</span>",
        ReportText.Count(layer.Inputs.Count),
        ReportText.Range(layer.Inputs.Select(ReportText.Mean)),
        ReportText.Range(Deviations(layer.Inputs)),
        layer.Running is { } running ? ReportText.Range(running.Mean) : "–",
        layer.Running is { Variance: var variance } ? ReportText.Range([Math.Sqrt(variance.Min), Math.Sqrt(variance.Max)]) : "–",
        layer.Weight is { } weight ? ReportText.Range(weight) : "–",
        layer.Bias is { } bias ? ReportText.Range(bias) : "–",
        ReportText.Range(layer.Outputs.Select(ReportText.Mean)),
        ReportText.Range(Deviations(layer.Outputs)),
    ];
}
