using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>
/// A normalization or convolution and the ReLU after it as one step of a <see cref="Sequential"/>: fused unless either is observed.
/// </summary>
internal sealed class RectifiedLayer(Layer layer, Relu relu) : Layer
{
    private readonly Layer[] _children = [layer, relu];
    private bool _fused;

    /// <summary>The layer whose sweep applies the ReLU to its output.</summary>
    public Layer Host => layer;

    /// <summary>The ReLU.</summary>
    public Relu Relu => relu;

    /// <summary>True if the two run as one.</summary>
    public bool IsFused => !layer.IsEndObserved && !relu.IsObserved;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _children;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => layer.Parameters;

    /// <summary>Pairs each layer that can rectify with the ReLU directly after it.</summary>
    public static IEnumerable<Layer> Fuse(IReadOnlyList<Layer> layers)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            bool fuses = layers[i] is IEpilogueHost { TakesEpilogue: true } && i + 1 < layers.Count && layers[i + 1] is Relu;
            yield return fuses ? new RectifiedLayer(layers[i], (Relu)layers[++i]) : layers[i];
        }
    }

    /// <summary>Enters the layer, since this step is in no network's memory.</summary>
    internal override ThreadGuard.Scope Enter() => layer.Enter();

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        _fused = IsFused;
        if (!_fused)
        {
            Tensor<float> given = ForwardChild(layer, input, pass);
            Tensor<float> rectified = ForwardChild(relu, given, pass);
            relu.Memory!.Outputs.Release(given, rectified, input);
            return rectified;
        }

        Tensor<float> output = ForwardFused((IEpilogueHost)layer, input, pass, residual: null, relu: true);
        relu.Adopt(output);
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        // After a fused forward pass both ways give the same bits: a layer that rectified masks a masked gradient again.
        if (_fused && IsFused)
        {
            return BackwardFused((IEpilogueHost)layer, outputGradient, gated: null);
        }

        Tensor<float> gradient = BackwardChild(relu, outputGradient);
        Tensor<float> inputGradient = BackwardChild(layer, gradient);
        relu.Memory!.Gradients.Release(gradient, inputGradient, outputGradient);
        return inputGradient;
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient) =>
        BackwardChildToParameters(layer, BackwardChild(relu, outputGradient));
}
