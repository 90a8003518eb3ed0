using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// Cross-iteration normalization behind a linear layer whose weights move from step to step: the step that fills the window
/// can be compared with the reference.
/// </summary>
internal sealed class CrossIterationRun
{
    private const double Epsilon = 1e-5;

    private readonly int _window;
    private readonly int _samples;
    private readonly int _inputs;
    private readonly int _channels;
    private readonly Linear _linear;
    private readonly CrossIterationBatchNorm _norm;

    private CrossIterationRun(int window, int samples, int inputs, int channels)
    {
        (_window, _samples, _inputs, _channels) = (window, samples, inputs, channels);
        _linear = new Linear(inputs, channels, new RandomSource(seed: 1));
        _norm = new CrossIterationBatchNorm(_linear, new() { Window = window, BatchNorm = new() { Epsilon = Epsilon } });
        TestData.Uniform(channels, seed: 2).CopyTo(_norm.Weight!.Values);
        TestData.Uniform(channels, seed: 3).CopyTo(_norm.Bias!.Values);
    }

    /// <summary>Runs with a window, of all sizes.</summary>
    public static IEnumerable<CrossIterationRun> OfWindow(int window) =>
        [new(window, 2, 3, 5), new(window, 6, 4, 17), new(window, 9, 33, 18), new(window, 300, 20, 33)];

    /// <summary>Fills the window, and compares its last step, forward and backward, and inference after it.</summary>
    public NormalizerErrors CompareWithReference()
    {
        var steps = new Step[_window];
        double[] mean = new double[_channels], variance = [.. Enumerable.Repeat(1.0, _channels)], y = [];
        for (int t = 0; t < _window; t++)
        {
            MoveWeights(seed: 10 + t);
            float[] p = TestData.Uniform(_samples * _inputs, seed: 20 + t);
            Tensor<float> x = _linear.Forward(TestData.Tensor(p, _samples, _inputs), Pass.Training);
            steps[t] = new Step(TestData.Widen(p), TestData.Widen([.. x]), TestData.Widen(_linear.Weight.Values));
            y = TestData.Widen([.. _norm.Forward(x, Pass.Training)]);
            foreach ((int c, (int count, double batchMean, double batchVariance)) in Reference().Statistics(steps[t].X).Index())
            {
                mean[c] = 0.9 * mean[c] + 0.1 * batchMean;
                variance[c] = 0.9 * variance[c] + 0.1 * batchVariance * count / (count - 1);
            }
        }

        Step last = steps[^1];
        SetNormalizationReference reference = Reference(past: [.. steps[..^1].Select(step => Carried(step, last.Weights))]);
        float[] dy = TestData.Uniform(y.Length, seed: 4);
        double[] dx = TestData.Widen([.. _norm.Backward(TestData.Tensor(dy, _samples, _channels))]);
        (double[] input, double[] weight, double[] bias, double largest) = reference.Backward(last.X, TestData.Widen(dy));

        Tensor<float> again =
            _linear.Forward(TestData.Tensor(Array.ConvertAll(last.Inputs, value => (float)value), _samples, _inputs), Pass.Inference);
        double[] inference = TestData.Widen([.. _norm.Forward(again, Pass.Inference)]);
        RunningStatistics running = _norm.RunningStatistics!;
        SetNormalizationReference constants = Reference(constants: [.. running.Mean.Zip(running.Variance)]);
        return new NormalizerErrors(
            Closeness.Error(y, reference.Forward(last.X)),
            Closeness.Error(dx, input, largest),
            Math.Max(Closeness.Error(TestData.Widen(_norm.Weight!.Gradients), weight),
                Closeness.Error(TestData.Widen(_norm.Bias!.Gradients), bias)),
            Closeness.Error(inference, constants.Forward(last.X)),
            Math.Max(Closeness.Error([.. running.Mean], mean), Closeness.Error([.. running.Variance], variance)));
    }

    private void MoveWeights(int seed)
    {
        float[] by = TestData.Uniform(_linear.Weight.Length, seed);
        TensorPrimitives.MultiplyAdd(by, 0.02f, _linear.Weight.Values, _linear.Weight.Values);
    }

    /// <summary>μ + ∂μ/∂θ·Δ and ν + ∂ν/∂θ·Δ of a step: since ∂x/∂θ = p, the means of x + p·Δ and of x² + 2x·(p·Δ).</summary>
    private (double Mean, double MeanSquare)[] Carried(Step step, double[] weights)
    {
        var carried = new (double Mean, double MeanSquare)[_channels];
        for (int i = 0; i < step.X.Length; i++)
        {
            (int sample, int c) = Math.DivRem(i, _channels);
            double change = Enumerable.Range(0, _inputs).Sum(j =>
                step.Inputs[sample * _inputs + j] * (weights[c * _inputs + j] - step.Weights[c * _inputs + j]));
            carried[c].Mean += (step.X[i] + change) / _samples;
            carried[c].MeanSquare += step.X[i] * (step.X[i] + 2 * change) / _samples;
        }

        return carried;
    }

    private SetNormalizationReference Reference((double, double)[][]? past = null, (double, double)[]? constants = null)
    {
        int[] channels = [.. Enumerable.Range(0, _samples * _channels).Select(i => i % _channels)];
        return new(channels, channels, TestData.Widen(_norm.Weight!.Values), TestData.Widen(_norm.Bias!.Values), Epsilon)
        {
            Past = past ?? [],
            Constants = constants,
        };
    }

    /// <summary>A step: the linear layer's inputs, its outputs, and the weights that made them.</summary>
    private sealed record Step(double[] Inputs, double[] X, double[] Weights);
}
