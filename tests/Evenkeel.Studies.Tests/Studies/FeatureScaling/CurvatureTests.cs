using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class CurvatureTests
{
    private static readonly Curvature[] Three = [new(0.02, 3), new(0.5, 10), new(2, 40)];

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.97, 1e-3)]
    [InlineData(0.999, 1e-9)]
    [InlineData(0.01, 0.1)]
    [InlineData(0.5, 52)]
    [InlineData(0.5, 53)]
    public void The_steps_are_those_of_going_one_by_one(double learningRate, double goal)
    {
        long steps = 0;
        double[] left = [.. Three.Select(c => c.Excess)];
        while (left.Sum() > goal)
        {
            left = [.. left.Zip(Three, (e, c) => e * Math.Pow(1 - learningRate * c.Value, 2))];
            steps++;
        }

        Assert.Equal(steps, Curvature.Steps(Three, learningRate, goal));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.2)]
    [InlineData(1e-18)]
    public void What_diverges_or_takes_longer_than_can_be_counted_has_no_number(double learningRate) =>
        Assert.Null(Curvature.Steps(Three, learningRate, 0.1));

    [Fact]
    public void Billions_of_steps_are_as_many_as_the_logarithm_says()
    {
        const double Value = 1e-10, Goal = 0.01;
        long steps = Curvature.Steps([new(Value, 50)], learningRate: 1, Goal)!.Value;
        Assert.Equal(1, steps / (Math.Log(Goal / 50) / (2 * Math.Log(1 - Value))), 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.1)]
    [InlineData(1e-6)]
    public void No_learning_rate_takes_noticeably_fewer_steps_than_the_best(double goal)
    {
        long best = Curvature.Steps(Three, Curvature.BestLearningRate(Three, goal), goal)!.Value;
        long fewest = Enumerable.Range(1, 99_999).Min(i => Curvature.Steps(Three, i / 1e5, goal) ?? long.MaxValue);
        Assert.InRange(best, fewest, 1 + fewest * 1.01);
    }

    [Fact]
    public void A_single_curvature_is_done_in_one_step() =>
        Assert.Equal(1, Curvature.Steps([new(4, 7)], Curvature.BestLearningRate([new(4, 7)], 1e-6), 1e-6));
}
