using Evenkeel.Metrics;
using Evenkeel.Tests.Support;
using FsCheck.Fluent;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Metrics;

public class CalibrationCurveTests
{
    [Fact]
    public void Each_probability_is_in_the_bin_between_whose_bounds_it_is() => Properties.Check(
        (from bins in Gen.Choose(1, 60)
         from edge in Gen.Choose(0, bins)
         from steps in Gen.Choose(-2, 2)
         select (bins, edge, steps)).ToArbitrary(),
        chosen =>
        {
            double probability = (double)chosen.edge / chosen.bins; // and its neighbours
            for (int i = 0; i < Math.Abs(chosen.steps); i++)
            {
                probability = chosen.steps > 0 ? Math.BitIncrement(probability) : Math.BitDecrement(probability);
            }

            probability = Math.Clamp(probability, 0, 1);
            var curve = new CalibrationCurve(chosen.bins);
            curve.Add(true, probability);

            CalibrationBin bin = Assert.Single(curve.Bins, bin => bin.Count > 0);
            Assert.True((probability > bin.Lower || bin.Lower == 0) && probability <= bin.Upper);
            Assert.Equal((probability, 1), (bin.MeanProbability, bin.PositiveFraction));
            Assert.Equal((1 - probability, 1 - probability), (curve.ExpectedError, curve.MaximumError));
        });

    [Fact]
    public void Merged_curves_are_that_of_all_samples() => Properties.Check(
        (from label in Gen.Choose(0, 1)
         from thousandths in Gen.Choose(0, 1000)
         select (label, thousandths / 1000.0)).ArrayOf().Two().ToArbitrary(),
        parts =>
        {
            CalibrationCurve merged = Of(parts.Item1), whole = Of([.. parts.Item1, .. parts.Item2]);
            merged.Merge(Of(parts.Item2));

            Assert.Equal(whole.Count, merged.Count);
            Assert.Equal(whole.ExpectedError, merged.ExpectedError, 1e-12);
            Assert.Equal(whole.MaximumError, merged.MaximumError, 1e-12);
            Assert.All(whole.Bins.Zip(merged.Bins), pair =>
            {
                Assert.Equal((pair.First.Count, pair.First.PositiveFraction), (pair.Second.Count, pair.Second.PositiveFraction));
                Assert.Equal(pair.First.MeanProbability, pair.Second.MeanProbability, 1e-12);
            });
        });

    [Fact]
    public void Bins_without_samples_have_no_means()
    {
        var curve = new CalibrationCurve(2);

        Assert.Equal([new(0, 0.5, 0, double.NaN, double.NaN), new(0.5, 1, 0, double.NaN, double.NaN)], curve.Bins);
        Assert.Equal((double.NaN, double.NaN), (curve.ExpectedError, curve.MaximumError));
    }

    [Fact]
    public void Wrong_samples_are_refused_and_add_nothing()
    {
        var curve = new CalibrationCurve();
        AssertRefused<ArgumentException>(() => curve.Add([0, 1], [1.0]), "probabilities", "1 probabilities for 2 labels");
        AssertRefused<ArgumentException>(() => curve.Add([1, -1], [1.0, 1]), "labels", "Label -1 of sample 1 is neither 0 nor 1");
        AssertRefused<ArgumentException>(() => curve.Add([1, 1], [1.0, 1.1]), "probabilities", "sample 1 is 1.1; it must be from 0 to 1");
        AssertRefused<ArgumentException>(() => curve.Add([1], [double.NaN]), "probabilities", "sample 0 is NaN");
        AssertRefused<ArgumentOutOfRangeException>(() => curve.Add(true, -0.1), "probability");
        AssertRefused<ArgumentOutOfRangeException>(() => new CalibrationCurve(0), "bins");
        AssertRefused<ArgumentOutOfRangeException>(() => new CalibrationCurve(int.MaxValue), "bins");
        AssertRefused<ArgumentException>(() => curve.Merge(new CalibrationCurve(5)), "other", "5 bins, this one has 10");
        Assert.Equal(0, curve.Count);
    }

    private static CalibrationCurve Of((int Label, double Probability)[] samples)
    {
        var curve = new CalibrationCurve();
        curve.Add([.. samples.Select(sample => sample.Label)], [.. samples.Select(sample => sample.Probability)]);
        return curve;
    }
}
