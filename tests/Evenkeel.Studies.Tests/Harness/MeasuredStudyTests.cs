using System.Text;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;

namespace Evenkeel.Studies.Tests.Harness;

public class MeasuredStudyTests
{
    private static readonly LearningRateStudy Study = new();

    [Fact]
    public void Every_trial_of_every_seed_is_a_run_with_its_conditions()
    {
        StudyInput input = MadeUp.Input(seeds: 2);
        MeasuredSettings settings = Study.Settings(input);
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, settings);
        Assert.Equal(2 * 9 * 2, settings.Runs);
        Assert.Equal(settings.Runs, results.Runs.Count);
        Assert.True(results.Completed);
        Assert.Equal(settings.Runs,
            results.Runs.Select(run => (run.Conditions["normalization"], run.Conditions["learning rate"], run.Seed)).Distinct().Count());
        Assert.All(results.Runs, run => Assert.NotEmpty(run.Series("test accuracy")));
    }

    [Fact]
    public void Results_read_back_are_the_same_numbers()
    {
        StudyInput input = MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        using var stream = new MemoryStream();
        Study.WriteJson(stream, results);
        stream.Position = 0;
        StudyResults<MeasuredSettings, MeasuredRun> read = Study.ReadJson(stream);
        Assert.Equal(Lines(results), Lines(read));
        Assert.Equal(Study.Judge(results), Study.Judge(read));

        static string[] Lines(StudyResults<MeasuredSettings, MeasuredRun> results) => [.. Study.CsvLines(results)];
    }

    [Fact]
    public void A_number_that_is_not_finite_is_an_empty_cell_and_no_mean()
    {
        var results = MadeUp.Results(
            [([("normalization", "batch"), ("learning rate", "0.1")], [("final test accuracy", 0.5), ("updates to 90 %", double.NaN)])]);
        Assert.Equal("batch,0.1,0,updates to 90 %,0,", Study.CsvLines(results).ElementAt(1));
        Assert.Equal(["batch", "0.1", "50.0 % (50.0 % to 50.0 %)", "-"], Study.Table(results).Rows.Single().Select(cell => cell.Text));
    }

    [Fact]
    public void Too_few_images_are_refused()
    {
        StudyInput input = MadeUp.Input(count: 1);
        Assert.Contains("at least 2", Assert.Throws<InvalidDataException>(() => Study.Settings(input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_study_has_the_runs_that_were_finished_and_a_page()
    {
        StudyInput input = MadeUp.Input();
        using var stop = new CancellationTokenSource();
        var progress = new Stopping(stop);
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input), progress, stop.Token);
        Assert.False(results.Completed);
        Assert.InRange(results.Runs.Count, 1, results.Settings.Runs - 1);
        Assert.Equal(Finding.NotShown, Study.Judge(results).Finding);
        using var page = new MemoryStream();
        Study.WriteReport(page, results);
        Assert.Contains("Not complete", Encoding.UTF8.GetString(page.ToArray()), StringComparison.Ordinal);
    }

    private sealed class Stopping(CancellationTokenSource stop) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => stop.Cancel();
    }
}
