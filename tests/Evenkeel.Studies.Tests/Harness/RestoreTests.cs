using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests.Harness;

public class RestoreTests
{
    private static readonly StudyInput Input = new(Seeds: 3, Images(), "MNIST");

    [Fact]
    public void A_study_comes_back_from_its_results_whatever_the_threads_were()
    {
        var study = new InitScaleStudy();
        MeasuredResults results = Results();
        StudyOutcome outcome = study.Restore(Written(results with { Settings = results.Settings with { Threads = 77 } }), Input);
        Assert.Equal(study.Judge(results), outcome.Verdict);
        Assert.Equal((true, 96, 96, results.ElapsedSeconds, results.Machine),
            (outcome.Completed, outcome.Runs, outcome.Planned, outcome.ElapsedSeconds, outcome.Machine));
        Assert.Equal(77, outcome.Settings.Threads);
    }

    [Fact]
    public void Every_study_comes_back_from_its_results_with_the_same_files() => Assert.All(StudyCatalog.All, study =>
    {
        StudyInput input = MadeUp.Input();
        StudyOutcome outcome = study.Run(input);
        byte[][] files = Contents(outcome);
        StudyOutcome restored = study.Restore(new MemoryStream(files[0]), input);
        Assert.Equal(study.Planned(input), restored.Runs);
        Assert.Equal(outcome.Verdict, restored.Verdict);
        Assert.Equal(outcome.Files.Select(file => file.Name), restored.Files.Select(file => file.Name));
        Assert.Equal(files, Contents(restored));
    });

    [Fact]
    public void Results_with_other_settings_are_refused()
    {
        MeasuredResults results = Results();
        MeasuredSettings settings = results.Settings;
        Assert.All(
            [settings with { Runs = 95 }, settings with { Data = "other" }, settings with { Details = [.. settings.Details.Skip(1)] }],
            other => AssertRefused("other settings", results with { Settings = other }));
        Assert.Throws<InvalidDataException>(() => new InitScaleStudy().Restore(Written(results), Input with { Seeds = 2 }));
    }

    [Fact]
    public void Results_that_lack_a_run_are_refused()
    {
        MeasuredResults results = Results();
        AssertRefused("incomplete", results with { Completed = false });
        AssertRefused("incomplete", results with { Runs = [.. results.Runs.Skip(1)] });
    }

    [Fact]
    public void Results_that_no_run_gives_are_refused()
    {
        MeasuredResults results = Results();
        AssertRefused("no results", results with { Runs = [.. results.Runs.Skip(1), null!] });
        AssertRefused("no results",
            results with { Runs = [.. results.Runs.Skip(1), results.Runs[0] with { Conditions = new Dictionary<string, string>() }] });
    }

    [Fact]
    public void What_is_cut_off_anywhere_is_refused()
    {
        byte[] whole = Written(Results()).ToArray();
        for (int length = 0; length < whole.Length - 1; length += whole.Length / 20)
        {
            Assert.Throws<InvalidDataException>(() => new InitScaleStudy().Restore(new MemoryStream(whole, 0, length), Input));
        }
    }

    private static void AssertRefused(string words, MeasuredResults results)
    {
        var error = Assert.Throws<InvalidDataException>(() => new InitScaleStudy().Restore(Written(results), Input));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Results as of the study's own settings.</summary>
    private static MeasuredResults Results()
    {
        MeasuredSettings settings = new InitScaleStudy().Settings(Input);
        return SyntheticResults.Create() with { Settings = settings };
    }

    private static byte[][] Contents(StudyOutcome outcome) =>
    [
        .. outcome.Files.Select(file =>
        {
            using var stream = new MemoryStream();
            file.Write(stream);
            return stream.ToArray();
        }),
    ];

    private static MemoryStream Written(MeasuredResults results)
    {
        using var stream = new MemoryStream();
        new InitScaleStudy().WriteJson(stream, results);
        return new MemoryStream(stream.ToArray());
    }

    private static ImageClassificationData Images()
    {
        var samples = new Dataset<int>(Tensor.Create(new float[1000 * 4], [1000, 2, 2, 1]), Tensor.Create(new int[1000], [1000]));
        return new ImageClassificationData(samples, samples, 2, 2, 1, 10);
    }
}
