using Evenkeel.Metrics;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Metrics;

public class RocCurveTests
{
    private static readonly Arbitrary<((int Label, int Score)[], (int Label, int Score)[])> Samples = (
        from label in Gen.Choose(0, 1)
        from score in Gen.Choose(-4, 4)
        select (label, score)).ArrayOf().Two().ToArbitrary();

    [Fact]
    public void The_area_is_the_fraction_of_pairs_in_order_and_does_not_depend_on_parts() => Properties.Check(Samples, parts =>
    {
        (int Label, int Score)[] all = [(0, 0), (1, 0), .. parts.Item1, .. parts.Item2];
        double[] pairs = [.. from positive in all.Where(sample => sample.Label == 1)
                             from negative in all.Where(sample => sample.Label == 0)
                             select positive.Score > negative.Score ? 1 : positive.Score == negative.Score ? 0.5 : 0];
        RocCurve curve = RocCurve.Of([.. all.Select(sample => sample.Label)], [.. all.Select(sample => (double)sample.Score)]);
        RocScores merged = Scores(parts.Item2);
        merged.Merge(Scores(parts.Item1));
        merged.Merge(Scores([(1, 0), (0, 0)]));

        Assert.Equal(pairs.Sum() / pairs.Length, curve.Area);
        Assert.Equal(curve.Area, merged.Curve().Area);
        Assert.Equal(curve.Points, merged.Curve().Points);
        Assert.Equal(all.Length, curve.Positives + curve.Negatives);
        Assert.Equal(
            curve.Area,
            curve.Points.Zip(curve.Points.Skip(1), (a, b) =>
                (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2).Sum(),
            1e-12);
    });

    [Fact]
    public void Equal_scores_are_one_step()
    {
        RocCurve curve = RocCurve.Of([1, 0, 1, 0], [0.5, 0.5, 0.5, -0.0]);

        Assert.Equal([new(double.PositiveInfinity, 0, 0), new(0.5, 0.5, 1), new(0, 1, 1)], curve.Points);
        Assert.Equal(0.75, curve.Area);
        Assert.Equal(0.5, RocCurve.Of([1, 0], [0.0, -0.0]).Area);
    }

    [Fact]
    public void One_class_alone_has_no_curve()
    {
        AssertRefused<ArgumentException>(
            () => RocCurve.Of([1, 1], [0.1, 0.2]), "labels", "2 positives and 0 negatives; a ROC curve needs at least one of each");
        AssertRefused<ArgumentException>(() => RocCurve.Of([], []), "labels", "0 positives and 0 negatives");
        Assert.Contains(
            "0 positives and 1 negatives",
            Assert.Throws<InvalidOperationException>(() => Scores([(0, 1)]).Curve()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_samples_are_refused_and_add_nothing()
    {
        var scores = new RocScores();
        AssertRefused<ArgumentException>(() => scores.Add([0, 1], [1.0]), "scores", "1 scores for 2 labels");
        AssertRefused<ArgumentException>(() => scores.Add([0, 2], [1.0, 1]), "labels", "Label 2 of sample 1 is neither 0 nor 1");
        AssertRefused<ArgumentException>(() => scores.Add([0, 1], [1.0, double.NaN]), "scores", "score of sample 1 is NaN");
        AssertRefused<ArgumentException>(() => scores.Add([0], [double.NegativeInfinity]), "scores", "-Infinity; it must be finite");
        AssertRefused<ArgumentOutOfRangeException>(() => scores.Add(true, double.NaN), "score");
        AssertRefused<ArgumentNullException>(() => scores.Merge(null!), "other");
        Assert.Equal((0, 0), (scores.Positives, scores.Negatives));
    }

    private static RocScores Scores((int Label, int Score)[] samples)
    {
        var scores = new RocScores();
        foreach ((int label, int score) in samples)
        {
            scores.Add(label == 1, score);
        }

        return scores;
    }
}
