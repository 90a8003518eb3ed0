using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>Layers one after the other, each taking the output of the one before.</summary>
/// <remarks>
/// A normalization with parameters per channel, or a convolution, and a <see cref="Relu"/> directly behind it run as one, with the
/// same bits as one after the other.
/// </remarks>
public sealed class Sequential : Layer, IEpilogueHost
{
    private readonly Layer[] _layers;
    private readonly Layer[] _steps;
    private readonly int _firstWithParameters;
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
        _steps = [.. RectifiedLayer.Fuse(layers)];
        _firstWithParameters = Math.Max(0, Array.FindIndex(_steps, step => step.Parameters.Count > 0));
        _parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        DrawFrom(new NetworkMemory(this));
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The layers as they are run: those that run as one are one here.</summary>
    internal IReadOnlyList<Layer> Steps => _steps;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        Tensor<float> last = ForwardToLast(input, pass);
        Tensor<float> output = _steps[^1].Forward(last, pass);
        Memory!.Outputs.Release(last, output, input);
        return output;
    }

    /// <inheritdoc/>
    public override Tensor<float> Predict(Tensor<float> input) => Memory!.Predict(this, input);

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        Memory!.BeginBackward(this, outputGradient);
        return Backward(outputGradient, _steps.Length, 0, outputGradient);
    }

    /// <inheritdoc/>
    public override void BackwardToParameters(Tensor<float> outputGradient)
    {
        // Layers before the first that has parameters have no use for a gradient.
        Memory!.BeginBackward(this, outputGradient);
        _steps[_firstWithParameters].BackwardToParameters(
            Backward(outputGradient, _steps.Length, _firstWithParameters + 1, outputGradient));
    }

    bool IEpilogueHost.TakesEpilogue => _steps[^1] is IEpilogueHost { TakesEpilogue: true };

    Tensor<float> IEpilogueHost.Forward(Tensor<float> input, Pass pass, Tensor<float>? addend, bool rectifies)
    {
        Tensor<float> last = ForwardToLast(input, pass);
        Tensor<float> output = ((IEpilogueHost)_steps[^1]).Forward(last, pass, addend, rectifies);
        Memory!.Outputs.Release(last, output, input);
        return output;
    }

    Tensor<float> IEpilogueHost.Backward(Tensor<float> outputGradient, Tensor<float>? gated)
    {
        Memory!.BeginBackward(this, outputGradient);
        Tensor<float> gradient = ((IEpilogueHost)_steps[^1]).Backward(outputGradient, gated);
        return Backward(gradient, _steps.Length - 1, 0, outputGradient);
    }

    private Tensor<float> ForwardToLast(Tensor<float> input, Pass pass)
    {
        Tensor<float> output = input;
        for (int i = 0; i < _steps.Length - 1; i++)
        {
            Tensor<float> next = _steps[i].Forward(output, pass);
            Memory!.Outputs.Release(output, next, input);
            output = next;
        }

        return output;
    }

    /// <summary>Goes back through the steps before <paramref name="from"/>, down to <paramref name="to"/>, and frees the memory of each gradient that is used.</summary>
    private Tensor<float> Backward(Tensor<float> gradient, int from, int to, Tensor<float> outputGradient)
    {
        for (int i = from - 1; i >= to; i--)
        {
            Tensor<float> next = _steps[i].Backward(gradient);
            Memory!.Gradients.Release(gradient, next, outputGradient);
            gradient = next;
        }

        return gradient;
    }
}
