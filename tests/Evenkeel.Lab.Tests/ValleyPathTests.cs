using Evenkeel.Lab.Valley;

namespace Evenkeel.Lab.Tests;

public class ValleyPathTests
{
    [Fact]
    public void Plain_descent_converges_below_the_limit_and_diverges_above_it()
    {
        ValleyPath below = Plain(rate: 0.95), above = Plain(rate: 1.05);

        Assert.True(below.Losses[^1] < below.Losses[0]);
        Assert.True(above.Losses[^1] > above.Losses[0]);
    }

    [Fact]
    public void Standardized_features_take_far_fewer_steps()
    {
        int? scaled = ValleyPath.Of(new ValleyRequest(30, 0.3, Scaled: true, "plain", 0.9, 1000)).StepsToGoal;
        int? raw = ValleyPath.Of(new ValleyRequest(30, 0.3, Scaled: false, "plain", 0.9, 1000)).StepsToGoal;

        Assert.InRange(scaled!.Value, 1, 60);
        Assert.True(raw is null || raw > 10 * scaled);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("momentum")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    public void A_step_is_that_of_the_formula(string optimizer)
    {
        ValleyPath path = ValleyPath.Of(new ValleyRequest(4, 0.5, Scaled: false, optimizer, 0.1, 1));
        double[] gradient = [.. path.Hessian.Select(row => -row.Sum())];
        double[] expected = optimizer switch
        {
            "rmsprop" => [.. gradient.Select(g => -path.LearningRate * g / (Math.Sqrt(0.01 * g * g) + 1e-8))],
            "adam" => [.. gradient.Select(g => -path.LearningRate * g / (Math.Abs(g) + 1e-8))],
            _ => [.. gradient.Select(g => -path.LearningRate * g)],
        };

        Assert.Equal(expected[0], path.Points[1][0], 1e-5);
        Assert.Equal(expected[1], path.Points[1][1], 1e-5);
    }

    [Fact]
    public void The_curvatures_are_the_eigenvalues()
    {
        ValleyPath path = ValleyPath.Of(new ValleyRequest(10, 0.3, Scaled: false, "plain", 0.5, 1));
        double trace = path.Hessian[0][0] + path.Hessian[1][1];
        double determinant = path.Hessian[0][0] * path.Hessian[1][1] - path.Hessian[0][1] * path.Hessian[1][0];

        Assert.Equal(trace, path.Eigenvalues.Sum(), 1e-12);
        Assert.Equal(determinant, path.Eigenvalues[0] * path.Eigenvalues[1], 1e-12);
        Assert.Equal(2 / path.Eigenvalues[1], path.Limit, 1e-12);
    }

    private static ValleyPath Plain(double rate) => ValleyPath.Of(new ValleyRequest(10, 0.3, Scaled: false, "plain", rate, 200));
}
