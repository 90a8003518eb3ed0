using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Numerics.Pointwise;

public class SquaredDifferenceTests
{
    [Fact]
    public void Agrees_with_the_reference_at_every_length()
    {
        foreach (int length in (int[])[.. Shapes.AroundVectors, 4095, 4096, 4097, 100_013])
        {
            float[] y = TestData.Uniform(length, seed: 1), t = TestData.Uniform(length, seed: 2), gradient = new float[length];

            double loss = SquaredDifference.Mean(y, t, gradient);

            (double expected, double[] expectedGradient) = LossReference.MeanSquaredError(TestData.Widen(y), TestData.Widen(t));
            AssertClose([expected], [loss], Tolerances.DoubleSums, what: $"loss over {length}");
            AssertClose(expectedGradient, gradient, 2 * Tolerances.RoundedOnce, what: $"gradient over {length}");
        }
    }

    [Fact]
    public void Differences_beyond_single_precision_still_have_a_loss() =>
        Assert.Equal(4e76, SquaredDifference.Mean([1e38f], [-1e38f], new float[1]), 1e70);
}
