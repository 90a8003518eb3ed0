using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Tests.Normalization;

/// <summary>Accumulated batch normalization: each part is a micro-batch.</summary>
internal sealed class TwoMicroBatches(AccumulatedBatchNorm layer) : TwoParts(layer)
{
    private Tensor<float>[] _inputs = [];

    public override RunningStatistics RunningStatistics => layer.RunningStatistics!;

    protected override float[][] ForwardParts(Tensor<float>[] inputs, Tensor<bool>[]? masks)
    {
        _inputs = inputs;
        Gather();
        return Array.ConvertAll(inputs, input => (float[])[.. layer.Forward(input, Pass.Training)]);
    }

    protected override float[][] BackwardParts(Tensor<float>[] gradients)
    {
        // From the beginning, as its rounds are; the running statistics have this batch already.
        layer.Update = StatisticsUpdate.Never;
        Gather();
        for (int i = 0; i < gradients.Length; i++)
        {
            layer.Forward(_inputs[i], Pass.Training);
            layer.GatherGradient(gradients[i]);
        }

        float[][] inputGradients = [.. _inputs.Zip(gradients, (input, gradient) =>
        {
            layer.Forward(input, Pass.Training);
            return (float[])[.. layer.Backward(gradient)];
        })];
        layer.Update = StatisticsUpdate.InTraining;
        return inputGradients;
    }

    private void Gather()
    {
        layer.Begin();
        Array.ForEach(_inputs, layer.Gather);
    }
}
