using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class SquaredErrorTests
{
    private const int Rows = 30;
    private const int Columns = 4;

    private readonly double[] _features = new double[Rows * Columns];
    private readonly double[] _targets = new double[Rows];
    private readonly SquaredError _error;

    public SquaredErrorTests()
    {
        var random = new Random(1);
        for (int i = 0; i < _features.Length; i++)
        {
            _features[i] = random.NextDouble() * (i % Columns + 1) + i % Columns;
        }

        for (int i = 0; i < Rows; i++)
        {
            _targets[i] = 3 + random.NextDouble();
        }

        _error = SquaredError.OfLinearModel(_features, _targets);
    }

    [Fact]
    public void Loss_and_gradient_are_those_of_going_through_the_rows()
    {
        double[] weights = [0.3, -1.2, 0.7, 2, -0.4];
        var gradient = new double[Columns + 1];
        Assert.Equal(Loss(weights), _error.Differentiate(weights, gradient), 1e-12);
        for (int i = 0; i <= Columns; i++)
        {
            const double Step = 1e-4;
            double[] more = [.. weights], less = [.. weights];
            more[i] += Step;
            less[i] -= Step;
            Assert.Equal((Loss(more) - Loss(less)) / (2 * Step), gradient[i], 1e-8);
        }
    }

    [Fact]
    public void At_the_optimum_the_loss_is_the_least_and_the_residuals_are_orthogonal_to_the_features()
    {
        double[] optimum = [.. _error.Optimum];
        Assert.Equal(Loss(optimum), _error.Least, 1e-11);
        for (int column = 0; column <= Columns; column++)
        {
            double product = Enumerable.Range(0, Rows).Sum(row => (_targets[row] - Predict(optimum, row)) * Feature(row, column));
            Assert.Equal(0, product, 1e-10);
        }
    }

    [Fact]
    public void What_the_directions_have_above_the_least_is_what_weights_of_zero_lose() =>
        Assert.Equal(Loss(new double[Columns + 1]), _error.Least + _error.Curvatures.Sum(c => c.Excess), 1e-12);

    [Fact]
    public void With_the_bias_at_its_best_the_loss_of_the_other_weights_is_the_least_over_all_biases()
    {
        SquaredError profile = _error.WithBestLast();
        double[] weights = [0.3, -1.2, 0.7, 2];
        double bias = Enumerable.Range(0, Rows).Average(row => _targets[row] - Predict([.. weights, 0], row));
        Assert.Equal(Loss([.. weights, bias]), profile.Differentiate(weights, new double[Columns]), 1e-11);
        Assert.Equal(_error.Least, profile.Least, 1e-11);
        Assert.All(profile.Optimum.Zip(_error.Optimum), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
    }

    private double Feature(int row, int column) => column == Columns ? 1 : _features[row * Columns + column];

    private double Predict(double[] weights, int row) => weights.Select((w, column) => w * Feature(row, column)).Sum();

    private double Loss(double[] weights) => Enumerable.Range(0, Rows).Average(row => Math.Pow(_targets[row] - Predict(weights, row), 2));
}
