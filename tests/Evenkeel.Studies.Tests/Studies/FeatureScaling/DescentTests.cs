using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Studies.Studies.FeatureScaling;
using Evenkeel.Training;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class DescentTests
{
    [Theory]
    [InlineData("unit-variance", 0.003)]
    [InlineData("max-abs", 0.15)]
    [InlineData("standard", 0.15)]
    public void The_librarys_own_layer_loss_and_optimizer_go_the_same_way(string scaling, double learningRate)
    {
        RegressionTable table = RegressionTable.Of(RegressionTable.Wine, seed: 0);
        var descent = new Descent(FeatureScalingStudy.Error(table, scaling), learningRate);

        Scaler scaler = scaling switch
        {
            "unit-variance" => new UnitVarianceScaler(),
            "max-abs" => new MaxAbsScaler(),
            _ => new StandardScaler(),
        };
        scaler.Fit(table.Features);
        int rows = (int)table.Features.Lengths[0], columns = (int)table.Features.Lengths[1];
        Tensor<float> inputs = Tensor.ConvertTruncating<double, float>(scaler.Transform(table.Features));
        Tensor<float> targets = Tensor.Create([.. table.Targets.Select(t => (float)t)], [rows, 1]);
        var linear = new Linear(columns, 1, new RandomSource(0), weights: Initializer.Normal(0));
        var trainer = new Trainer<float>(linear, new MeanSquaredError(), new Sgd(learningRate));
        for (int step = 0; step < 50; step++)
        {
            Assert.Equal(1, trainer.Step(inputs, targets) / descent.Loss, 1e-4);
            descent.Step();
        }

        Assert.Equal(50, descent.Steps);
    }

    [Fact]
    public void A_step_goes_against_the_gradient()
    {
        SquaredError error = SquaredError.OfLinearModel([1, 2, 4], [1, 3, 2]);
        var gradient = new double[2];
        error.Differentiate([0, 0], gradient);
        var descent = new Descent(error, 0.125);
        descent.Step();
        Assert.Equal([-0.125 * gradient[0], -0.125 * gradient[1]], descent.Weights.ToArray());
    }
}
