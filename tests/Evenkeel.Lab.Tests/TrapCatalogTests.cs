using System.Globalization;
using Evenkeel.Lab.Traps;

namespace Evenkeel.Lab.Tests;

/// <summary>What a trap says happens must happen in its run.</summary>
public class TrapCatalogTests
{
    [Fact]
    public void Each_trap_has_a_right_choice_and_a_reason() => Assert.All(TrapCatalog.All, trap =>
    {
        Assert.InRange(trap.Right, 0, trap.Choices.Count - 1);
        Assert.EndsWith(".", trap.Reason, StringComparison.Ordinal);
        Assert.EndsWith("?", trap.Question, StringComparison.Ordinal);
    });

    [Fact]
    public void A_batch_of_one_is_refused_in_words_without_the_name_of_a_parameter()
    {
        string refusal = Values("batch-of-one")[0];

        Assert.Contains("has no variance", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Sorted_classes_cost_batch_normalization_more_than_none()
    {
        double[] accuracies = Percents("sorted-classes");

        Assert.True(accuracies[0] - accuracies[1] > 5, string.Join(", ", accuracies));
        Assert.True(accuracies[2] > accuracies[1] + 5, string.Join(", ", accuracies));
    }

    [Fact]
    public void A_NaN_fills_its_channel_and_nothing_else()
    {
        string[] values = Values("nan");

        Assert.Equal("NaN, NaN, NaN", values[0]);
        Assert.DoesNotContain("NaN", values[1], StringComparison.Ordinal);
        Assert.Equal(["0, 0", "1"], values[2..]);
    }

    [Fact]
    public void A_constant_channel_becomes_its_bias() => Assert.Equal("8, 8, 8, 8", Values("constant-channel")[0]);

    [Fact]
    public void Recalibration_brings_back_what_contrast_costs()
    {
        double[] accuracies = Percents("contrast");

        Assert.True(accuracies[0] - accuracies[1] > 10, string.Join(", ", accuracies));
        Assert.True(accuracies[0] - accuracies[2] < 3, string.Join(", ", accuracies));
    }

    [Fact]
    public void Dropout_halves_the_variance_in_inference() =>
        Assert.InRange(double.Parse(Values("dropout")[2], CultureInfo.InvariantCulture), 0.45, 0.55);

    [Fact]
    public void Neighbours_change_an_output()
    {
        string[] outputs = Values("neighbours");

        Assert.NotEqual(outputs[0], outputs[1]);
    }

    private static string[] Values(string name) =>
        [.. TrapCatalog.All.Single(trap => trap.Name == name).Run().Select(sight => sight.Value)];

    private static double[] Percents(string name) =>
        [.. Values(name).Select(value => double.Parse(value.TrimEnd('%', ' '), CultureInfo.InvariantCulture))];
}
