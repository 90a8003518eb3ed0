using System.Numerics.Tensors;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class UnitCorrelationTests
{
    [Fact]
    public void It_is_the_mean_magnitude_over_the_pairs_of_units_that_vary()
    {
        // The second unit falls where the first rises; the third is constant; the fourth has a correlation of 0.5 with the first.
        (double mean, int constant) = UnitCorrelation.Of(Tensor.Create(
            [
                1f, 7, 0.1f, 1,
                2, 5, 0.1f, 3,
                3, 3, 0.1f, 2,
            ],
            [3, 4]));
        Assert.Equal((1 + 0.5 + 0.5) / 3, mean, 1e-12);
        Assert.Equal(1, constant);
    }

    [Fact]
    public void A_single_unit_that_varies_has_none() =>
        Assert.Equal((double.NaN, 1), UnitCorrelation.Of(Tensor.Create([1f, 0, 2, 0], [2, 2])));
}
