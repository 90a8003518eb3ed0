using Evenkeel.Metrics;
using Evenkeel.Tests.Support;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Metrics;

public class ConfusionMatrixTests
{
    [Fact]
    public void Merged_matrices_are_that_of_all_samples() => Properties.Check(
        Gen.Choose(0, 3).Two().ArrayOf().Two().ToArbitrary(),
        parts =>
        {
            ((int, int)[] first, (int, int)[] second) = parts;
            ConfusionMatrix merged = Of(4, first), whole = Of(4, [.. first, .. second]);
            merged.Merge(Of(4, second));

            Assert.Equal(whole.ToString(), merged.ToString());
            Assert.Equal(first.Length + second.Length, merged.Count);
            Assert.Equal(first.Concat(second).Count(pair => pair.Item1 == pair.Item2), merged.Correct);
            Assert.Equal(whole.MatthewsCorrelation, merged.MatthewsCorrelation);
            Assert.Equal(whole.WeightedAverage, merged.WeightedAverage);
        });

    [Fact]
    public void Without_samples_fractions_are_NaN_and_zero_divisions_are_0()
    {
        var matrix = new ConfusionMatrix(3);

        Assert.Equal((double.NaN, double.NaN, 0), (matrix.Accuracy, matrix.BalancedAccuracy, matrix.MatthewsCorrelation));
        Assert.Equal(default, matrix.Scores(1));
        Assert.Equal(default, matrix.MacroAverage);
        Assert.Equal(default, matrix.MicroAverage);
        Assert.Equal(default, matrix.WeightedAverage);
    }

    [Fact]
    public void The_correlation_is_exact_for_predictions_that_are_all_right_or_all_wrong()
    {
        Assert.Equal(1, Of(3, (0, 0), (1, 1), (1, 1), (2, 2), (2, 2), (2, 2), (2, 2)).MatthewsCorrelation);
        Assert.Equal(-1, Of(2, (0, 1), (1, 0), (1, 0)).MatthewsCorrelation);
        Assert.Equal(0, Of(2, (0, 1), (1, 1), (1, 1)).MatthewsCorrelation);
    }

    [Fact]
    public void Counts_beyond_the_range_of_an_int_stay_exact()
    {
        ConfusionMatrix matrix = Of(2, (0, 0), (0, 0), (0, 1), (1, 1));
        for (int i = 0; i < 60; i++)
        {
            matrix.Merge(matrix); // doubles it
        }

        Assert.Equal(1L << 62, matrix.Count);
        Assert.Equal(1L << 61, matrix[0, 0]);
        Assert.Equal(0.75, matrix.Accuracy);
        Assert.Equal(Of(2, (0, 0), (0, 0), (0, 1), (1, 1)).MatthewsCorrelation, matrix.MatthewsCorrelation, 1e-15);
        Assert.Equal(0.8, matrix.Scores(0).F1, 1e-15);
    }

    [Fact]
    public void A_matrix_prints_a_row_per_actual_class()
    {
        var matrix = new ConfusionMatrix(2, ["cat", "dog"]);
        matrix.Add([0, 0, 1, 1, 1], [0, 1, 1, 1, 1]);

        Assert.Equal(
            "actual \\ predicted  cat  dog\ncat                   1    1\ndog                   0    3\n4 of 5 samples correct, 2 classes",
            matrix.ToString());
        Assert.Equal("0 of 0 samples correct, 26 classes", new ConfusionMatrix(26).ToString());
    }

    [Fact]
    public void Wrong_arguments_are_refused_and_add_nothing()
    {
        var matrix = new ConfusionMatrix(3);
        AssertRefused<ArgumentException>(() => matrix.Add([0, 1], [0]), "predictions", "1 predictions for 2 labels");
        AssertRefused<ArgumentException>(() => matrix.Add([0, 3], [0, 0]), "labels", "Label 3 of sample 1", "3 classes, 0 to 2");
        AssertRefused<ArgumentException>(() => matrix.Add([0, 1], [0, -1]), "predictions", "Prediction -1 of sample 1", "0 to 2");
        AssertRefused<ArgumentOutOfRangeException>(() => matrix.Add(3, 0), "label", "3 is not one of the 3 classes");
        AssertRefused<ArgumentOutOfRangeException>(() => matrix.Add(0, -1), "prediction");
        AssertRefused<ArgumentOutOfRangeException>(() => matrix[0, 3], "predicted");
        AssertRefused<ArgumentOutOfRangeException>(() => matrix[-1, 0], "actual");
        AssertRefused<ArgumentOutOfRangeException>(() => matrix.Scores(3), "actual");
        AssertRefused<ArgumentException>(() => matrix.Merge(new ConfusionMatrix(4)), "other", "4 classes, this one has 3");
        AssertRefused<ArgumentNullException>(() => matrix.Merge(null!), "other");
        AssertRefused<ArgumentOutOfRangeException>(() => new ConfusionMatrix(1), "classes");
        AssertRefused<ArgumentOutOfRangeException>(() => new ConfusionMatrix(int.MaxValue), "classes");
        AssertRefused<ArgumentException>(() => new ConfusionMatrix(3, ["a", "b"]), "names", "2 names for 3 classes");
        AssertRefused<ArgumentException>(() => new ConfusionMatrix(2, ["a", null!]), "names");
        Assert.Equal(0, matrix.Count);
    }

    private static ConfusionMatrix Of(int classes, params ReadOnlySpan<(int Label, int Prediction)> samples)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach ((int label, int prediction) in samples)
        {
            matrix.Add(label, prediction);
        }

        return matrix;
    }
}
