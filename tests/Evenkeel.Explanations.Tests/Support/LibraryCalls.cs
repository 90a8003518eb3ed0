using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Explanations.Tests.Support;

/// <summary>Calls the library as its users do.</summary>
internal static class LibraryCalls
{
    /// <summary>Creates a tensor.</summary>
    public static Tensor<float> TensorOf(float[] values, params int[] shape) =>
        Tensor.Create(values, [.. shape.Select(length => (nint)length)]);

    /// <summary>Copies elements to double precision, which is exact.</summary>
    public static double[] Widen(Tensor<float> tensor) => [.. tensor.Elements().ToArray().Select(value => (double)value)];

    /// <summary>Rounds numbers to single precision.</summary>
    public static float[] Narrow(double[] values) => [.. values.Select(value => (float)value)];

    /// <summary>Sets a parameter, and returns the layer.</summary>
    public static TLayer With<TLayer>(this TLayer layer, string name, float[] values)
        where TLayer : Layer
    {
        values.CopyTo(layer.Parameters.Single(parameter => parameter.Name == name).Value.Elements());
        return layer;
    }

    /// <summary>Runs a training step, and returns its numbers by the symbols of the explanations.</summary>
    public static Dictionary<string, double[]> Train(Layer layer, ExplanationInput input)
    {
        Dictionary<string, double[]> numbers = new()
        {
            ["y"] = Widen(layer.Forward(TensorOf(input.Values, input.Shape), Pass.Training)),
            ["dx"] = Widen(layer.Backward(TensorOf(input.OutputGradient, input.Shape))),
        };
        foreach (Parameter parameter in layer.Parameters)
        {
            numbers[parameter.Name == "weight" ? @"d\gamma" : @"d\beta"] = Widen(parameter.Gradient);
        }

        return numbers;
    }

    /// <summary>The output of inference.</summary>
    public static double[] Infer(Layer layer, ExplanationInput input) =>
        Widen(layer.Forward(TensorOf(input.Values, input.Shape), Pass.Inference));

    /// <summary>The moments of each channel: what batch normalization keeps of a single batch.</summary>
    public static (double[] Mean, double[] Variance) Moments(float[] values, params int[] shape)
    {
        var layer = new BatchNorm(
            shape[1], new() { RunningAverage = RunningAverage.Cumulative, RunningVariance = VarianceEstimator.Population });
        _ = layer.Forward(TensorOf(values, shape), Pass.Training);
        return ([.. layer.RunningStatistics!.Mean.Elements()], [.. layer.RunningStatistics.Variance.Elements()]);
    }
}
