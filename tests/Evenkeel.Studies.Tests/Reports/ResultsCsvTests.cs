using System.Globalization;
using System.Text;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Reports;

public class ResultsCsvTests
{
    [Fact]
    public void The_columns_are_as_documented_and_lines_end_with_a_line_feed()
    {
        string csv = Write(SyntheticResults.Create());
        Assert.StartsWith("scale,normalization,seed,update,train_accuracy\n1,none,0,1,", csv, StringComparison.Ordinal);
        Assert.EndsWith("\n", csv, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', csv);
        Assert.DoesNotContain('\uFEFF', csv);
    }

    [Fact]
    public void Every_measured_accuracy_comes_back_with_the_same_bits()
    {
        var results = SyntheticResults.Create();
        var expected = results.Runs.SelectMany(run => run.Series("train accuracy").Select(point =>
            (double.Parse(run.Conditions["scale"], CultureInfo.InvariantCulture), run.Conditions["normalization"], run.Seed, (int)point.X,
                point.Value)));
        Assert.Equal(expected, Read(Write(results)));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("fr-FR")]
    [InlineData("ar-SA")]
    public void The_machines_language_does_not_matter(string culture)
    {
        var results = SyntheticResults.Create(seeds: 1);
        string expected = Write(results);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal(expected, Write(results));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_study_of_feature_scaling_has_a_line_per_descent_and_leaves_empty_what_was_not_reached()
    {
        var study = new FeatureScalingStudy();
        var input = new StudyInput(Seeds: 1) { Shortening = 10_000 };
        MeasuredResults results = study.Run(input, study.Settings(input));
        using var stream = new MemoryStream();
        study.WriteCsv(stream, results);
        string[][] lines = [.. Encoding.UTF8.GetString(stream.ToArray()).Split('\n')[..^1].Select(line => line.Split(','))];

        Assert.Equal(["table", "scaling", "seed", "condition_number", "learning_rate", "least_loss", "steps", "computed_steps"], lines[0]);
        Assert.Equal(results.Runs.Count, lines.Length - 1);
        foreach ((DescentResult run, string[] cells) in results.Runs.Select(run => new DescentResult(run)).Zip(lines.Skip(1)))
        {
            Assert.Equal((run.Table, run.Scaling, run.Seed.ToString(CultureInfo.InvariantCulture)), (cells[0], cells[1], cells[2]));
            Assert.Equal(run.ConditionNumber, double.Parse(cells[3], CultureInfo.InvariantCulture));
            Assert.Equal(run.LearningRate, double.Parse(cells[4], CultureInfo.InvariantCulture));
            Assert.Equal(run.LeastLoss, double.Parse(cells[5], CultureInfo.InvariantCulture));
            Assert.Equal(run.Steps?.ToString(CultureInfo.InvariantCulture) ?? "", cells[6]);
            Assert.Equal(run.ComputedSteps?.ToString(CultureInfo.InvariantCulture) ?? "", cells[7]);
        }
    }

    private static string Write(MeasuredResults results)
    {
        using var stream = new MemoryStream();
        new InitScaleStudy().WriteCsv(stream, results);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static IEnumerable<(double, string, int, int, double)> Read(string csv) =>
        from line in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
        let cells = line.Split(',')
        select (
            double.Parse(cells[0], CultureInfo.InvariantCulture),
            cells[1],
            int.Parse(cells[2], CultureInfo.InvariantCulture),
            int.Parse(cells[3], CultureInfo.InvariantCulture),
            double.Parse(cells[4], CultureInfo.InvariantCulture));
}
