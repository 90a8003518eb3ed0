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

    public static TheoryData<string> Optimizers =>
        [.. GoldenFile.Names("sgd"), .. GoldenFile.Names("adam"), .. GoldenFile.Names("rmsprop")];

    [Fact]
    public void Softmax_cross_entropy_equals_PyTorch() =>
        AssertLoss("softmax-cross-entropy", new SoftmaxCrossEntropy(), GoldenComparison.Labels);

    [Theory]
    [InlineData("weighted-cross-entropy")]
    [InlineData("smoothed-cross-entropy")]
    [InlineData("smoothed-weighted-cross-entropy")]
    [InlineData("summed-cross-entropy")]
    public void Cross_entropy_with_options_equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        AssertLoss(
            name,
            new SoftmaxCrossEntropy(new()
            {
                ClassWeights = golden.Option<float[]?>("weight", null),
                LabelSmoothing = golden.Option("label_smoothing", 0.0),
                IgnoredLabel = -100,
            })
            { Reduction = Reduction(golden) },
            GoldenComparison.Labels);
    }

    [Theory]
    [InlineData("mean-squared-error")]
    [InlineData("summed-squared-error")]
    [InlineData("mean-absolute-error")]
    [InlineData("huber")]
    [InlineData("huber-wide")]
    [InlineData("binary-cross-entropy")]
    [InlineData("binary-cross-entropy-positives")]
    public void Elementwise_losses_equal_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        AssertLoss<float>(
            name,
            name switch
            {
                "mean-absolute-error" => new MeanAbsoluteError(),
                "huber" or "huber-wide" => new HuberLoss(golden.Option("delta", 1.0)),
                "binary-cross-entropy" or "binary-cross-entropy-positives" =>
                    new BinaryCrossEntropy(golden.Option<double[]>("pos_weight", [1])[0]),
                _ => new MeanSquaredError { Reduction = Reduction(golden) },
            },
            GoldenComparison.Tensor);
    }

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
            double epsilon = golden.Option<double>("eps");
            optimizer = name == "adamw"
                ? new AdamW(rate, betas[0], betas[1], epsilon, decay)
                : new Adam(rate, betas[0], betas[1], epsilon, decay);
        }
        else if (name.StartsWith("rmsprop", StringComparison.Ordinal))
        {
            optimizer = new RmsProp(
                rate,
                golden.Option<double>("alpha"),
                golden.Option<double>("eps"),
                golden.Option<double>("momentum"),
                decay,
                golden.Option<bool>("centered"));
        }
        else
        {
            optimizer = new Sgd(rate, golden.Option<double>("momentum"), decay, golden.Option<bool>("nesterov"));
        }

        var weight = new Parameter("weight", 2, 6);
        GoldenComparison.Tensor(golden.Initial["weight"]).CopyTo(weight.Value);
        foreach (GoldenValues step in golden.Steps)
        {
            GoldenComparison.Tensor(step["gradient"]).CopyTo(weight.Gradient);
            optimizer.Step([weight]);
            _comparison.AssertClose(step, "weight", weight.Values, Tolerances.Optimizer);
        }
    }

    [Theory]
    [InlineData("parameter-groups")]
    [InlineData("clip-by-norm")]
    [InlineData("clip-by-value")]
    public void Groups_and_limited_gradients_equal_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        Parameter weight = new("weight", 2, 6), bias = new("bias", 6);
        GoldenComparison.Tensor(golden.Initial["weight"]).CopyTo(weight.Value);
        GoldenComparison.Tensor(golden.Initial["bias"]).CopyTo(bias.Value);
        var optimizer = new AdamW(golden.Option<double>("learning_rate"), weightDecay: golden.Option<double>("weight_decay"))
        {
            Groups = [new ParameterGroup([bias]) { LearningRateFactor = 0.1, WeightDecay = 0 }],
        };
        GradientClipping? clipping = name switch
        {
            "clip-by-norm" => GradientClipping.ByNorm(3),
            "clip-by-value" => GradientClipping.ByValue(1.5),
            _ => null,
        };
        foreach (GoldenValues step in golden.Steps)
        {
            GoldenComparison.Tensor(step["weight_gradient"]).CopyTo(weight.Gradient);
            GoldenComparison.Tensor(step["bias_gradient"]).CopyTo(bias.Gradient);
            clipping?.Apply([weight, bias]);
            optimizer.Step([weight, bias]);
            _comparison.AssertClose(step, "weight", weight.Values, Tolerances.Optimizer);
            _comparison.AssertClose(step, "bias", bias.Values, Tolerances.Optimizer);
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
            _comparison.AssertClose(step, "each", loss.PerSample(input, target(step["target"])), Tolerances.Loss);
        }
    }

    private static LossReduction Reduction(GoldenFile golden) =>
        golden.Option<string>("reduction") == "sum" ? LossReduction.Sum : LossReduction.Mean;
}
