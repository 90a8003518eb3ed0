using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Comparison.Cases;

/// <summary>The passes of a layer as cases, each on a layer of its own.</summary>
internal static class LayerPasses
{
    /// <summary>The forward and the backward pass in training.</summary>
    public static IEnumerable<Case> Training(string group, string name, nint[] input, Func<Layer> make) =>
    [
        new(group, $"{name} {Data.Describe(input)} forward", () => Forward(make(), input, Pass.Training)),
        new(group, $"{name} {Data.Describe(input)} backward", () => Backward(make(), input)),
    ];

    /// <summary>The forward pass in inference.</summary>
    public static Case Inference(string group, string name, nint[] input, Func<Layer> make) =>
        new(group, $"{name} {Data.Describe(input)} inference", () => Forward(make(), input, Pass.Inference));

    private static Action Forward(Layer layer, nint[] input, Pass pass)
    {
        Tensor<float> x = Data.Normal(input, seed: 1);
        layer.Forward(x, Pass.Training);
        return () => layer.Forward(x, pass);
    }

    private static Action Backward(Layer layer, nint[] input)
    {
        Tensor<float> y = layer.Forward(Data.Normal(input, seed: 1), Pass.Training);
        Tensor<float> dy = Data.Normal(y.Lengths, seed: 2);
        return () => layer.Backward(dy);
    }
}
