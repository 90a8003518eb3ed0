using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Explanations.Methods;

/// <summary>What a layer of the library computes in one training step.</summary>
/// <param name="Output">y.</param>
/// <param name="InputGradient">dx.</param>
/// <param name="WeightGradient">dγ; null without γ.</param>
/// <param name="BiasGradient">dβ; null without β.</param>
internal sealed record LibraryPass(double[] Output, double[] InputGradient, double[]? WeightGradient, double[]? BiasGradient)
{
    /// <summary>Runs a layer forward and backward, with γ and β if it has them.</summary>
    public static LibraryPass Run(Layer layer, ExplanationInput input, double[]? weight = null, double[]? bias = null)
    {
        SetParameter(layer, "weight", weight);
        SetParameter(layer, "bias", bias);
        double[] output = Widen(layer.Forward(TensorOf(input.Values, input.Shape), Pass.Training));
        double[] gradient = Widen(layer.Backward(TensorOf(input.OutputGradient, input.Shape)));
        return new LibraryPass(output, gradient, Gradient("weight"), Gradient("bias"));

        double[]? Gradient(string name) =>
            layer.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter ? Widen(parameter.Gradient) : null;
    }

    /// <summary>Sets a parameter of a layer, if it has one of the name.</summary>
    public static void SetParameter(Layer layer, string name, double[]? values)
    {
        if (values is not null && layer.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter)
        {
            Narrow(values).CopyTo(parameter.Value.Elements());
        }
    }

    /// <summary>Creates a tensor.</summary>
    public static Tensor<float> TensorOf(float[] values, int[] shape) => Tensor.Create(values, [.. shape.Select(length => (nint)length)]);

    /// <summary>Rounds numbers to single precision.</summary>
    public static float[] Narrow(double[] values) => [.. values.Select(value => (float)value)];

    /// <summary>Copies a tensor's elements to double precision, which is exact.</summary>
    public static double[] Widen(Tensor<float> tensor) => Widen(tensor.Elements().ToArray());

    /// <summary>Copies numbers to double precision, which is exact.</summary>
    public static double[] Widen(float[] values) => [.. values.Select(value => (double)value)];
}
