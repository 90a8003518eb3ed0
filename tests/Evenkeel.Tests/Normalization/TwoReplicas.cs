using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>Synchronized batch normalization: each part has a replica, and their gradients are added.</summary>
internal sealed class TwoReplicas : TwoParts
{
    private readonly Replicas _replicas;
    private readonly BatchNorm[] _layers;

    public TwoReplicas(int channels, BatchNormOptions options)
        : this(channels, options, new Replicas(2))
    {
    }

    private TwoReplicas(int channels, BatchNormOptions options, Replicas replicas)
        : this(replicas, [.. Enumerable.Range(0, 2).Select(i => new BatchNorm(channels, options with { Exchange = replicas.Link(i) }))])
    {
    }

    private TwoReplicas(Replicas replicas, BatchNorm[] layers)
        : base(layers[0]) => (_replicas, _layers) = (replicas, layers);

    public override RunningStatistics RunningStatistics => _layers[1].RunningStatistics!;

    protected override float[][] ForwardParts(Tensor<float>[] inputs, Tensor<bool>[]? masks)
    {
        ForEachParameter((first, second) => first.Values.CopyTo(second.Values));
        return Run(i => Normalizer.Forward(_layers[i], inputs[i], masks?[i]));
    }

    protected override float[][] BackwardParts(Tensor<float>[] gradients)
    {
        ForEachParameter((_, second) => second.ZeroGradient());
        float[][] inputGradients = Run(i => _layers[i].Backward(gradients[i]));
        ForEachParameter((first, second) => TensorPrimitives.Add(first.Gradients, second.Gradients, first.Gradients));
        return inputGradients;
    }

    private float[][] Run(Func<int, Tensor<float>> pass)
    {
        var results = new float[2][];
        _replicas.Run(i => results[i] = [.. pass(i)]);
        return results;
    }

    private void ForEachParameter(Action<Parameter, Parameter> action)
    {
        foreach ((Parameter first, Parameter second) in _layers[0].Parameters.Zip(_layers[1].Parameters))
        {
            action(first, second);
        }
    }
}
