using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Models;

/// <summary>A training pass depends on a layer's parameters, its <see cref="Layer.State"/> and its input, and on nothing else.</summary>
public class LayerStateTests
{
    private static readonly nint[][] Shapes =
    [
        [8, 3], [8, 4], [8, 5], [8, 6], [6, 2, 3], [4, 4, 6, 7], [4, 6, 7, 4], [4, 6, 6, 7], [4, 1, 6, 7], [8, 4, 5], [8, 5, 4], [4, 9, 4],
    ];

    public static TheoryData<int> Samples => [.. Enumerable.Range(0, SampleLayers.Create().Count)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_layer_with_the_state_of_another_goes_on_as_that_one(int index)
    {
        Layer layer = SampleLayers.Create()[index];
        nint[] shape = ShapeFor(index);
        for (int pass = 0; pass < 7; pass++)
        {
            Step(layer, shape, seed: pass);
        }

        Layer copy = SampleLayers.Create()[index];
        copy.Load(layer.StateDict(includeTrainingOnly: true));
        for (int pass = 7; pass < 10; pass++)
        {
            Assert.Equal(Step(layer, shape, pass), Step(copy, shape, pass));
            ModelFileTests.AssertSameState(layer, copy);
        }
    }

    /// <summary>A shape that the sample accepts.</summary>
    internal static nint[] ShapeFor(int index) => Shapes.First(shape =>
    {
        try
        {
            Step(SampleLayers.Create()[index], shape, seed: 0);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    });

    /// <summary>A training pass, forward and backward, and a step down the gradients; returns output and input gradient.</summary>
    internal static float[] Step(Layer layer, nint[] shape, int seed)
    {
        Tensor<float> input = CodeInputs.For(layer, shape, seed + 1);
        foreach (AccumulatedBatchNorm accumulated in layer.NamedLayers().Select(named => named.Layer).OfType<AccumulatedBatchNorm>())
        {
            accumulated.Begin();
            accumulated.Gather(input);
        }

        Tensor<float> output = layer.Forward(input, Pass.Training);
        float[] results = output.ToArray();
        Tensor<float> gradient =
            TestData.Tensor(TestData.Uniform((int)output.FlattenedLength, seed + 100), output.Lengths.ToArray());
        foreach (Parameter parameter in layer.Parameters)
        {
            parameter.ZeroGradient();
        }

        if (layer is AccumulatedBatchNorm { IsFrozen: false } last)
        {
            last.GatherGradient(gradient);
            layer.Forward(input, Pass.Training);
        }

        results = [.. results, .. layer.Backward(gradient)];
        foreach (Parameter parameter in layer.Parameters)
        {
            TensorPrimitives.MultiplyAdd(parameter.Gradients, -0.01f, parameter.Values, parameter.Values);
        }

        return results;
    }
}
