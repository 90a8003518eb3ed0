using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>A normalization layer with an input and a gradient in memory such as layers give, called as a user calls it.</summary>
internal sealed class NormalizationSubject
{
    private readonly Func<int, Layer> _make;
    private readonly int _channels;
    private readonly Tensor<float> _x;
    private readonly Tensor<float> _dy;

    public NormalizationSubject(NormalizationSection section, int[] shape)
    {
        (_make, _channels) = (section.Make, shape[1]);
        _x = Normal(section.Lengths(shape), seed: 1);
        _dy = Normal(section.Lengths(shape), seed: 2);
    }

    /// <summary>Readies a pass and gives its call.</summary>
    public Action Call(NormalizationPass pass)
    {
        bool relu = pass is NormalizationPass.ForwardRelu or NormalizationPass.BackwardRelu or NormalizationPass.InferenceRelu;
        Layer layer = relu ? new Sequential(_make(_channels), new Relu()) : _make(_channels);
        layer.Forward(_x, Pass.Training);
        return pass switch
        {
            NormalizationPass.Backward or NormalizationPass.BackwardRelu => () => layer.Backward(_dy),
            NormalizationPass.Inference or NormalizationPass.InferenceRelu => () => layer.Forward(_x, Pass.Inference),
            _ => () => layer.Forward(_x, Pass.Training),
        };
    }

    private static Tensor<float> Normal(nint[] lengths, ulong seed)
    {
        Tensor<float> values = new ReusableTensor().Get(lengths);
        new RandomStream(seed, Stream: 0).FillNormal(values.Elements(), mean: 0, standardDeviation: 1);
        return values;
    }
}
