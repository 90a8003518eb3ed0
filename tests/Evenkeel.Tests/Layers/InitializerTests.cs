using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Layers;

public class InitializerTests
{
    private const int FanIn = 300;
    private const int FanOut = 100;

    public static TheoryData<string, double, bool> Deviations => new()
    {
        { nameof(Initializer.XavierNormal), Math.Sqrt(2.0 / (FanIn + FanOut)), false },
        { nameof(Initializer.XavierUniform), Math.Sqrt(2.0 / (FanIn + FanOut)), true },
        { nameof(Initializer.HeNormal), Math.Sqrt(2.0 / FanIn), false },
        { nameof(Initializer.HeUniform), Math.Sqrt(2.0 / FanIn), true },
        { nameof(Initializer.Normal), 0.02, false },
    };

    [Theory]
    [MemberData(nameof(Deviations))]
    public void Draws_with_the_deviation_of_its_formula(string name, double deviation, bool uniform)
    {
        Initializer initializer = name switch
        {
            nameof(Initializer.XavierNormal) => Initializer.XavierNormal,
            nameof(Initializer.XavierUniform) => Initializer.XavierUniform,
            nameof(Initializer.HeNormal) => Initializer.HeNormal,
            nameof(Initializer.HeUniform) => Initializer.HeUniform,
            _ => Initializer.Normal(deviation),
        };
        double[] weights = TestData.Widen(new Linear(FanIn, FanOut, new RandomSource(3), weights: initializer).Weight.Values);

        // 30,000 draws: the mean is good to 0.6% of the deviation, the deviation to 0.4%.
        double mean = weights.Average();
        Assert.InRange(mean, -0.03 * deviation, 0.03 * deviation);
        Assert.Equal(1, Math.Sqrt(weights.Average(w => w * w)) / deviation, 0.02);
        double furthest = weights.Max(Math.Abs) / deviation;
        Assert.InRange(furthest, uniform ? 1.7 : 3.5, uniform ? Math.Sqrt(3) + 1e-6 : 6.4);
    }

    [Fact]
    public void A_seed_gives_the_same_weights_and_another_gives_others()
    {
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));

        var random = new RandomSource(1);
        Assert.NotEqual(new Linear(9, 9, random).Weight.Value, new Linear(9, 9, random).Weight.Value);

        static float[] Weights(ulong seed) => [.. new Linear(9, 9, new RandomSource(seed)).Weight.Value];
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e39)]
    public void Refuses_a_standard_deviation_that_is_negative_or_not_finite(double deviation) =>
        AssertRefused<ArgumentOutOfRangeException>(() => Initializer.Normal(deviation), "standardDeviation");

    [Fact]
    public void A_standard_deviation_of_zero_gives_zeros() =>
        Assert.All(
            new Linear(3, 3, new RandomSource(1), weights: Initializer.Normal(0)).Weight.Value, value => Assert.Equal(0, value));

    [Fact]
    public void An_own_initializer_gets_the_numbers_of_inputs_and_outputs_and_a_stream()
    {
        var initializer = new Recorder();
        var random = new RandomSource(5);
        random.Next();
        var linear = new Linear(3, 4, random, weights: initializer);
        Assert.Equal((12, 3, 4, new RandomStream(5, 1)), initializer.Call);
        Assert.All(linear.Weight.Value, value => Assert.Equal(7, value));
        _ = new Conv2d(4, 6, new Extent(3, 5), random, new Conv2dOptions { Groups = 2, Weights = initializer });
        Assert.Equal((6 * 2 * 15, 2 * 15, 3 * 15, new RandomStream(5, 2)), initializer.Call);
    }

    [Theory]
    [InlineData(0, 1, "fanIn")]
    [InlineData(1, 0, "fanOut")]
    public void Refuses_layers_without_inputs_or_outputs(int fanIn, int fanOut, string name)
    {
        foreach (Initializer initializer in (Initializer[])[Initializer.HeNormal, Initializer.XavierUniform, Initializer.Normal(1)])
        {
            AssertRefused<ArgumentOutOfRangeException>(() => initializer.Fill(new float[3], fanIn, fanOut, default), name);
        }
    }

    private sealed class Recorder : Initializer
    {
        public (int Length, int FanIn, int FanOut, RandomStream Random) Call { get; private set; }

        public override void Fill(Span<float> weights, int fanIn, int fanOut, RandomStream random)
        {
            Call = (weights.Length, fanIn, fanOut, random);
            weights.Fill(7);
        }
    }
}
