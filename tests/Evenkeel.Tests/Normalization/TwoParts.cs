using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// A layer that takes a batch in training as two unequal parts, its first sample and the others, seen from outside as a layer
/// that takes it whole; in inference it does take it whole.
/// </summary>
internal abstract class TwoParts(RunningNormalization layer) : Layer
{
    private Pass _pass;
    private Tensor<bool>? _mask;

    public sealed override IReadOnlyList<Parameter> Parameters => layer.Parameters;

    public abstract RunningStatistics RunningStatistics { get; }

    public Tensor<float> Forward(Tensor<float> input, Tensor<bool>? mask, Pass pass)
    {
        _mask = mask;
        return Forward(input, pass);
    }

    protected sealed override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        (Tensor<bool>? mask, _mask) = (_mask, null);
        _pass = pass;
        return pass == Pass.Training
            ? Join(ForwardParts(Split(input), mask is null ? null : Split(mask)), input)
            : Normalizer.Forward(layer, input, mask, pass);
    }

    protected sealed override Tensor<float> BackwardCore(Tensor<float> outputGradient) =>
        _pass == Pass.Training ? Join(BackwardParts(Split(outputGradient)), outputGradient) : layer.Backward(outputGradient);

    protected abstract float[][] ForwardParts(Tensor<float>[] inputs, Tensor<bool>[]? masks);

    protected abstract float[][] BackwardParts(Tensor<float>[] gradients);

    private static Tensor<T>[] Split<T>(Tensor<T> batch)
    {
        T[] values = [.. batch];
        int perSample = values.Length / (int)batch.Lengths[0];
        return
        [
            TestData.Tensor(values[..perSample], [1, .. batch.Lengths[1..]]),
            TestData.Tensor(values[perSample..], [batch.Lengths[0] - 1, .. batch.Lengths[1..]]),
        ];
    }

    private static Tensor<float> Join(float[][] parts, Tensor<float> like) =>
        TestData.Tensor([.. parts.SelectMany(part => part)], like.Lengths);
}
