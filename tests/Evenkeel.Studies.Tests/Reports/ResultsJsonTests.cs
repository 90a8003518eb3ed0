using System.Text;
using System.Text.Json;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Reports;

public class ResultsJsonTests
{
    [Fact]
    public void Results_come_back_as_they_were()
    {
        var results = SyntheticResults.Create();
        byte[] json = Write(results);
        var read = new InitScaleStudy().ReadJson(new MemoryStream(json));

        Assert.Equal(results.Settings with { Details = [] }, read.Settings with { Details = [] });
        Assert.Equal(results.Settings.Details, read.Settings.Details);
        Assert.Equal(results.Runs.SelectMany(run => run.Points), read.Runs.SelectMany(run => run.Points));
        Assert.Equal(
            results.Runs.SelectMany(run => run.Histograms ?? []).SelectMany(histogram => histogram.Counts),
            read.Runs.SelectMany(run => run.Histograms ?? []).SelectMany(histogram => histogram.Counts));
        Assert.Equal(json, Write(read));
    }

    [Fact]
    public void The_study_and_the_schemas_version_stand_first_and_names_are_in_snake_case()
    {
        string json = Encoding.UTF8.GetString(Write(SyntheticResults.Create(seeds: 1)));
        Assert.StartsWith("{\n  \"study\": \"init-scale\",\n  \"schema_version\": 1,\n  \"results\": {\n", json, StringComparison.Ordinal);

        using var document = JsonDocument.Parse(json);
        var run = document.RootElement.GetProperty("results").GetProperty("runs")[0];
        Assert.Equal("train accuracy", run.GetProperty("points")[0].GetProperty("quantity").GetString());
        Assert.Equal(1, run.GetProperty("histograms")[0].GetProperty("x").GetInt32());
        Assert.True(run.GetProperty("histograms")[0].TryGetProperty("standard_deviation", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "study": "init-scale", "schema_version": 1, "results": null }""")]
    [InlineData("""{ "study": "init-scale", "schema_version": 2, "results": { "settings": null } }""")]
    public void What_is_not_such_results_is_refused_with_one_error(string json)
    {
        var error = Assert.Throws<InvalidDataException>(
            () => new InitScaleStudy().ReadJson(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains("init-scale", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_under_another_studys_name_are_refused_by_it()
    {
        string json = Encoding.UTF8.GetString(Write(SyntheticResults.Create(seeds: 1)))
            .Replace("\"study\": \"init-scale\"", "\"study\": \"placement\"", StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(
            () => new InitScaleStudy().ReadJson(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains("\"placement\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_schema_is_refused_by_its_version()
    {
        string json = Encoding.UTF8.GetString(Write(SyntheticResults.Create(seeds: 1)))
            .Replace("\"schema_version\": 1", "\"schema_version\": 2", StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(
            () => new InitScaleStudy().ReadJson(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_studys_results_come_back_as_they_were_and_are_not_read_as_anothers()
    {
        var study = new FeatureScalingStudy();
        var input = new StudyInput(Seeds: 1) { Shortening = 10_000 };
        MeasuredResults results = study.Run(input, study.Settings(input));
        using var stream = new MemoryStream();
        study.WriteJson(stream, results);
        MeasuredResults read = study.ReadJson(new MemoryStream(stream.ToArray()));
        using var again = new MemoryStream();
        study.WriteJson(again, read);

        Assert.Equal(stream.ToArray(), again.ToArray());
        Assert.Equal(results.Runs.SelectMany(run => run.Points), read.Runs.SelectMany(run => run.Points));
        Assert.Throws<InvalidDataException>(() => new InitScaleStudy().ReadJson(new MemoryStream(stream.ToArray())));
    }

    private static byte[] Write(MeasuredResults results)
    {
        using var stream = new MemoryStream();
        new InitScaleStudy().WriteJson(stream, results);
        return stream.ToArray();
    }
}
