using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Normalization;

/// <summary>A batch normalization and the reference, which are given the same passes and must agree after each.</summary>
internal sealed class BatchNormPair
{
    private readonly BatchNormReference _reference;
    private readonly int _axis;
    private int _passes;

    /// <summary>Makes both; <paramref name="newWeight"/> is that of the options' running average, null where it is cumulative.</summary>
    public BatchNormPair(int channels, BatchNormOptions? options = null, double? newWeight = 0.1)
    {
        options ??= new BatchNormOptions();
        _axis = options.ChannelAxis;
        Layer = new BatchNorm(channels, options);
        if (Layer.Weight is not null && Layer.Bias is not null)
        {
            float[] gamma = Array.ConvertAll(TestData.Uniform(channels, seed: 101), value => 1.5f + value);
            TestData.Tensor(gamma, channels).CopyTo(Layer.Weight.Value);
            TestData.Tensor(TestData.Uniform(channels, seed: 102), channels).CopyTo(Layer.Bias.Value);
        }

        _reference = new BatchNormReference(
            channels,
            options.Epsilon,
            Layer.Weight is null ? null : TestData.Widen(Layer.Weight.Values),
            Layer.Bias is null ? null : TestData.Widen(Layer.Bias.Values),
            newWeight,
            options.RunningVariance == VarianceEstimator.Sample);
    }

    public BatchNorm Layer { get; }

    /// <summary>A forward and a backward pass of both, on new numbers of the given shape and with gradients that begin at zero.</summary>
    public void Step(Pass pass, ReadOnlySpan<nint> lengths, float center = 0, float spread = 1)
    {
        _passes++;
        _reference.ZeroGradients();
        foreach (Parameter parameter in Layer.Parameters)
        {
            parameter.ZeroGradient();
        }

        ChannelView view = ChannelView.Of(lengths, _axis);
        float[] x = TestData.Channels(view, 2 * _passes, center, spread);
        float[] dy = TestData.Uniform(view.Length, 2 * _passes + 1);
        bool useBatch = Layer.RunningStatistics is null
            || Layer.Source == StatisticsSource.Batch
            || (Layer.Source == StatisticsSource.ByPass && pass == Pass.Training);
        bool update = Layer.RunningStatistics is not null
            && pass == Pass.Training
            && Layer.Update == StatisticsUpdate.InTraining;

        double[] expected = _reference.Forward(TestData.Widen(x), view, useBatch, update);
        Tensor<float> y = Layer.Forward(TestData.Tensor(x, lengths), pass);
        Assert.Equal(lengths, y.Lengths);
        AssertClose(expected, y.Elements(), Tolerances.Forward, what: "output");

        double[] wideGradient = TestData.Widen(dy);
        double[] expectedGradient = _reference.Backward(wideGradient);
        Tensor<float> dx = Layer.Backward(TestData.Tensor(dy, lengths));
        Assert.Equal(lengths, dx.Lengths);
        AssertClose(
            expectedGradient,
            dx.Elements(),
            Tolerances.InputGradient,
            _reference.LargestGradientTerm(wideGradient),
            "input gradient");
        AssertState();
    }

    private void AssertState()
    {
        if (Layer.Weight is not null && Layer.Bias is not null)
        {
            AssertClose(_reference.WeightGradient, Layer.Weight.Gradients, Tolerances.RoundedOnce, what: "gradient of weight");
            AssertClose(_reference.BiasGradient, Layer.Bias.Gradients, Tolerances.RoundedOnce, what: "gradient of bias");
        }

        if (Layer.RunningStatistics is { } running)
        {
            AssertClose(_reference.RunningMean, running.Mean.Elements(), Tolerances.DoubleSums, what: "running mean");
            AssertClose(_reference.RunningVariance, running.Variance.Elements(), Tolerances.DoubleSums, what: "running variance");
            Assert.Equal(_reference.Batches, running.BatchesTracked);
            Assert.Equal(0, running.BatchesSkipped);
        }
    }
}
