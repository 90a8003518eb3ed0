using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Tests.Harness;

/// <summary>What holds for the results of every measured study.</summary>
internal static class Whole
{
    /// <summary>Runs a study with next to no training, and checks that each run has all that the table and the charts are about.</summary>
    /// <param name="study">The study.</param>
    /// <param name="runs">How many runs one seed has.</param>
    /// <param name="input">What to work on; blobs where null.</param>
    public static StudyResults<MeasuredSettings, MeasuredRun> Run(MeasuredStudy study, int runs, StudyInput? input = null)
    {
        input ??= MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = study.Run(input, study.Settings(input));
        Assert.True(results.Completed);
        Assert.Equal(runs * input.Seeds, results.Runs.Count);
        Assert.Equal(runs, results.Runs.Select(run => string.Join('|', run.Conditions.Values)).Distinct().Count());
        string[] columns = [.. study.Table(results).Columns.Where(column => !column.IsWords).Select(column => column.Name)];
        string[] charts = [.. Charts(study.Report(results).Charts).Distinct()];
        Assert.NotEmpty(columns);
        Assert.NotEmpty(charts);
        Assert.All(results.Runs, run => Assert.All(columns.Concat(charts), quantity => Assert.NotEmpty(run.Series(quantity))));
        Assert.All(charts, chart => Assert.Contains(results.Runs, run => run.Series(chart).Any(point => double.IsFinite(point.Value))));
        return results;
    }

    /// <summary>The quantities that charts show, but for those that a study specifies itself.</summary>
    private static IEnumerable<string> Charts(JsonNode charts) =>
        from chart in charts.AsObject()
        let steps = chart.Value!["transform"]?.AsArray() ?? []
        let filter = steps.Count > 1 ? steps[1]!["filter"]?.GetValue<string>() ?? "" : ""
        where filter.StartsWith("indexof(", StringComparison.Ordinal)
        let list = filter["indexof(".Length..(filter.IndexOf(']', StringComparison.Ordinal) + 1)]
        from quantity in JsonSerializer.Deserialize<string[]>(list)!
        select quantity;
}
