using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Training;
using Xunit.Abstractions;

namespace Evenkeel.Tests.Training;

/// <summary>Losses, optimizers and the training of a small network against PyTorch.</summary>
public class TrainingGoldenTests(ITestOutputHelper output)
{
    private readonly GoldenComparison _comparison = new(output);

    public static TheoryData<string> Optimizers => [.. GoldenFile.Names("sgd"), .. GoldenFile.Names("adam")];

    [Fact]
    public void Softmax_cross_entropy_equals_PyTorch() =>
        AssertLoss("softmax-cross-entropy", new SoftmaxCrossEntropy(), GoldenComparison.Labels);

    [Fact]
    public void Mean_squared_error_equals_PyTorch() =>
        AssertLoss("mean-squared-error", new MeanSquaredError(), GoldenComparison.Tensor);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Optimizers_equal_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        double rate = golden.Option<double>("learning_rate"), decay = golden.Option<double>("weight_decay");
        Optimizer optimizer;
        if (name.StartsWith("adam", StringComparison.Ordinal))
        {
            double[] betas = golden.Option<double[]>("betas");
            optimizer = new Adam(rate, betas[0], betas[1], golden.Option<double>("eps"), decay);
        }
        else
        {
            optimizer = new Sgd(rate, golden.Option<double>("momentum"), decay, golden.Option<bool>("nesterov"));
        }

        var weight = new Parameter("weight", 3, 7);
        GoldenComparison.Tensor(golden.Initial["weight"]).CopyTo(weight.Value);
        foreach (GoldenValues step in golden.Steps)
        {
            GoldenComparison.Tensor(step["gradient"]).CopyTo(weight.Gradient);
            optimizer.Step([weight]);
            _comparison.AssertClose(step, "weight", weight.Values, Tolerances.Optimizer);
        }
    }

    [Fact]
    public void A_small_network_trains_as_in_PyTorch()
    {
        GoldenFile golden = GoldenFile.Read("mlp");
        var random = new RandomSource(1);
        BatchNorm first = new(8), second = new(6);
        var network = new Sequential(
            new Linear(10, 8, random), first, new Relu(), new Linear(8, 6, random), second, new Sigmoid(), new Linear(6, 3, random));
        for (int i = 0; i < network.Layers.Count; i++)
        {
            GoldenComparison.Load(network.Layers[i], golden.Initial, $"{i}.");
        }

        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(golden.Option<double>("learning_rate")));
        foreach (GoldenValues step in golden.Steps)
        {
            double loss = trainer.Step(GoldenComparison.Tensor(step["input"]), GoldenComparison.Labels(step["target"]));
            _comparison.AssertClose(step, "loss", [loss], Tolerances.Training);
        }

        for (int i = 0; i < network.Layers.Count; i++)
        {
            foreach (Parameter parameter in network.Layers[i].Parameters)
            {
                _comparison.AssertClose(golden.Final, $"{i}.{parameter.Name}", parameter.Values, Tolerances.Training);
            }
        }

        AssertRunning(first, "1.");
        AssertRunning(second, "4.");

        void AssertRunning(BatchNorm layer, string prefix)
        {
            RunningStatistics running = layer.RunningStatistics!;
            _comparison.AssertClose(golden.Final, prefix + "running_mean", running.Mean.Elements(), Tolerances.Training);
            _comparison.AssertClose(golden.Final, prefix + "running_var", running.Variance.Elements(), Tolerances.Training);
            Assert.Equal(golden.Final[prefix + "num_batches_tracked"].Scalar, running.BatchesTracked);
        }
    }

    private void AssertLoss<TTarget>(string name, Loss<TTarget> loss, Func<GoldenTensor, Tensor<TTarget>> target)
        where TTarget : unmanaged
    {
        foreach (GoldenValues step in GoldenFile.Read(name).Steps)
        {
            Tensor<float> input = GoldenComparison.Tensor(step["input"]);
            double value = loss.Forward(input, target(step["target"]));
            _comparison.AssertClose(step, "loss", [value], Tolerances.Loss);
            _comparison.AssertClose(step, "input_gradient", (float[])[.. loss.Backward()], Tolerances.LossGradient);
        }
    }
}
