using Evenkeel.Tests.Accuracy;

namespace Evenkeel.Tests.Normalization;

/// <summary>The errors of docs/normalizers/accuracy-ulps.md, at small shapes and without PyTorch.</summary>
public class NormalizerUlpTests
{
    public static TheoryData<string> All => [.. NormalizerSubject.All.Select(subject => subject.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Errors_stay_within_the_documented_limits(string name)
    {
        NormalizerSubject subject = NormalizerSubject.All.Single(subject => subject.Name == name);
        foreach (HardInput input in HardInput.All)
        {
            NormalizationProblem problem = subject.Problem(subject.Shapes.Small, input);
            Dictionary<Quantity, UlpErrors> errors = problem.Errors(subject.Make(subject.Shapes.Small));
            Assert.Equal(problem.Quantities.Order(), errors.Keys.Order());
            foreach ((Quantity quantity, UlpErrors error) in errors)
            {
                double limit = UlpLimits.Of(quantity, subject);
                Assert.True(error.Largest <= limit, $"{quantity} of {input}: {error}, above {limit}");
                Assert.Equal(0, error.NotFinite + error.Overflowing);
            }
        }
    }

    [Fact]
    public void Errors_count_in_units_of_the_larger_of_result_and_term()
    {
        double ulp = Math.ScaleB(1, -23);
        UlpErrors errors = UlpErrors.Of(
            [1 + ulp, 0.5 + ulp, 3, double.NaN, double.PositiveInfinity, double.PositiveInfinity, 2e-45],
            [1, 0.5, 3, 1, 1e39, 1, 0],
            [0, 1.5, 0, 0, 0, 0, 0]);
        Assert.Equal(Math.Round(2e-45 / float.Epsilon, 9), Math.Round(errors.Largest, 9));
        Assert.Equal((errors.Largest + 2) / 4, errors.Mean);
        Assert.Equal((2, 1, 7), (errors.NotFinite, errors.Overflowing, errors.Count));
    }

    [Theory]
    [InlineData(1.4, 0.52, 0, false)]
    [InlineData(1.6, 0.52, 0, true)]
    [InlineData(1.4, 0.54, 0, true)]
    [InlineData(0, 0, 1, true)]
    public void Errors_are_worse_by_half_a_unit_or_in_the_mean_or_not_finite(double largest, double mean, int notFinite, bool worse)
    {
        var others = new UlpErrors(1, 0.5, 0, 0, 9);
        Assert.Equal(worse, new UlpErrors(largest, mean, notFinite, 0, 9).AreWorseThan(others));
        Assert.False(new UlpErrors(largest, mean, notFinite, 0, 9).AreWorseThan(others with { NotFinite = 9 }));
    }
}
