using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>Layers one after the other, each taking the output of the one before.</summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] _layers;
    private readonly Parameter[] _parameters;

    /// <summary>Makes a network of the given layers.</summary>
    /// <param name="layers">The layers, at least one, none twice.</param>
    /// <exception cref="ArgumentException">There are no layers, or one stands there twice.</exception>
    /// <exception cref="ArgumentNullException">A layer is null.</exception>
    public Sequential(params IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        foreach (Layer layer in layers)
        {
            ArgumentNullException.ThrowIfNull(layer, nameof(layers));
        }

        if (layers.Count == 0)
        {
            throw new ArgumentException("A network has at least one layer.", nameof(layers));
        }

        Places.CheckOnce(layers, nameof(layers));
        _layers = [.. layers];
        _parameters = [.. layers.SelectMany(layer => layer.Parameters)];
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        Tensor<float> output = input;
        foreach (Layer layer in _layers)
        {
            output = layer.Forward(output, pass);
        }

        return output;
    }

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient) =>
        _layers[0].Backward(BackwardToFirst(outputGradient));

    /// <inheritdoc/>
    public override void BackwardToParameters(Tensor<float> outputGradient) =>
        _layers[0].BackwardToParameters(BackwardToFirst(outputGradient));

    private Tensor<float> BackwardToFirst(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = outputGradient;
        for (int i = _layers.Length - 1; i > 0; i--)
        {
            gradient = _layers[i].Backward(gradient);
        }

        return gradient;
    }
}
