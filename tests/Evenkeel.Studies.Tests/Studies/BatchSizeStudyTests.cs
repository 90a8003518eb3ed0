using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.Studies;

public class BatchSizeStudyTests
{
    private static readonly BatchSizeStudy Study = new();

    /// <summary>How far accuracy falls, in points.</summary>
    [Theory]
    [InlineData(10, 1, 1, 3, 3, 10, nameof(Finding.Holds))]
    [InlineData(10, 6, 1, 3, 3, 10, nameof(Finding.NotShown))]
    [InlineData(10, 1, 6, 3, 3, 10, nameof(Finding.NotShown))]
    [InlineData(10, 1, 1, 11, 3, 10, nameof(Finding.NotShown))]
    [InlineData(10, 1, 1, 3, 11, 10, nameof(Finding.NotShown))]
    [InlineData(10, 1, 1, 3, 3, 0.5, nameof(Finding.NotShown))]
    [InlineData(1, 1, 0, 0, 0, 0.5, nameof(Finding.DoesNotHold))]
    [InlineData(1, 0, 1, 0, 0, 1, nameof(Finding.DoesNotHold))]
    public void It_is_decided_by_how_far_accuracy_falls_with_each_in_both_networks(
        double batch, double group, double layer, double renorm, double crossIteration, double batchInConvolution, string finding)
    {
        (string Level, double Fall)[] falls =
            [("batch", batch), ("group", group), ("layer", layer), ("renorm", renorm), ("cross-iteration", crossIteration)];
        var runs =
            from network in new[] { "dense", "convolutional" }
            from normalization in falls
            from size in new[] { "2", "32" }
            let fall = network == "convolutional" && normalization.Level == "batch" ? batchInConvolution : normalization.Fall
            select (
                new[] { ("network", network), ("normalization", normalization.Level), ("batch size", size) },
                new[] { ("test accuracy", size == "2" ? 0.9 - fall / 100 : 0.9) });
        Assert.Equal(finding, Study.Judge(MadeUp.Results(runs)).Finding.ToString());
    }

    [Fact]
    public void All_normalizations_are_measured_at_all_sizes_and_instance_normalization_on_images_alone()
    {
        StudyInput input = MadeUp.Input();
        StudyResults<MeasuredSettings, MeasuredRun> results = Study.Run(input, Study.Settings(input));
        Assert.Equal(5 * 6 + 6 * 6, results.Runs.Count);
        Assert.All(results.Runs, run => Assert.InRange(run.Last("test accuracy") * run.Last("train accuracy"), 0, 1));
        Assert.All(
            results.Runs.Where(run => run.Conditions["normalization"] == "instance"),
            run => Assert.Equal("convolutional", run.Conditions["network"]));
    }

    [Fact]
    public void Images_that_are_too_small_for_convolutions_are_refused()
    {
        StudyInput input = MadeUp.Input(side: 3);
        Assert.Contains("at least 4×4", Assert.Throws<InvalidDataException>(() => Study.Settings(input)).Message, StringComparison.Ordinal);
    }
}
