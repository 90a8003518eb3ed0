using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;

namespace Evenkeel.Networks;

/// <summary>Layers one after the other, each taking the output of the one before.</summary>
/// <remarks>
/// A normalization with parameters per channel, or a convolution, runs as one with a <see cref="Relu"/> directly after it, with the bits of
/// separate layers.
/// </remarks>
public sealed class Sequential : Layer, IEpilogueHost
{
    private readonly Layer[] _layers;
    private readonly string[]? _names;
    private readonly Layer[] _steps;
    private readonly int _firstWithParameters;
    private readonly Parameter[] _parameters;

    /// <summary>Makes a network of the given layers, named by their indices.</summary>
    /// <param name="layers">The layers, at least one, none twice.</param>
    /// <exception cref="ArgumentException">There are no layers, or one occurs twice.</exception>
    /// <exception cref="ArgumentNullException">A layer is null.</exception>
    [OverloadResolutionPriority(1)]
    public Sequential(params IReadOnlyList<Layer> layers)
        : this(layers, names: null)
    {
    }

    /// <summary>Makes a network of the given layers with names, which paths such as <c>block2.body.0</c> are made of.</summary>
    /// <param name="layers">The layers, at least one, none twice; the names differ, are not empty, and have no '.'.</param>
    /// <exception cref="ArgumentException">
    /// There are no layers, or one occurs twice, or a name is empty, contains '.' or occurs twice.
    /// </exception>
    /// <exception cref="ArgumentNullException">A layer is null.</exception>
    public Sequential(params IReadOnlyList<(string Name, Layer Layer)> layers)
        : this(layers?.Select(named => named.Layer).ToArray()!, layers?.Select(named => named.Name).ToArray())
    {
    }

    private Sequential(IReadOnlyList<Layer> layers, string[]? names)
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

        LayerTree.CheckDistinct(layers, nameof(layers));
        LayerTree.CheckNames(names ?? [], nameof(layers));
        _layers = [.. layers];
        _names = names;
        _steps = [.. RectifiedLayer.Fuse(layers)];
        _firstWithParameters = Math.Max(0, Array.FindIndex(_steps, step => step.Parameters.Count > 0));
        _parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        DrawFrom(new NetworkMemory(this));
    }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The names of the layers; null where they are named by their indices.</summary>
    internal IReadOnlyList<string>? Names => _names;

    /// <summary>The layers as they are run: a fused pair is one step.</summary>
    internal IReadOnlyList<Layer> Steps => _steps;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        Tensor<float> last = ForwardToLast(input, pass);
        Tensor<float> output = ForwardChild(_steps[^1], last, pass);
        Memory!.Outputs.Release(last, output, input);
        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> PredictCore(Tensor<float> input) => Memory!.Predict(this, input);

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Memory!.BeginBackward(this, outputGradient);
        return Backward(outputGradient, _steps.Length, 0, outputGradient);
    }

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient)
    {
        // Layers before the first that has parameters have no use for a gradient.
        Memory!.BeginBackward(this, outputGradient);
        BackwardChildToParameters(
            _steps[_firstWithParameters], Backward(outputGradient, _steps.Length, _firstWithParameters + 1, outputGradient));
    }

    /// <inheritdoc/>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        nint[] shape = input.ToArray();
        foreach (Layer layer in _layers)
        {
            shape = layer.OutputShape(shape);
        }

        return shape;
    }

    /// <summary>Lists the layers inside with their output shapes and parameters; see <see cref="NetworkSummary"/>.</summary>
    /// <param name="inputShape">The input's shape, batch first.</param>
    /// <returns>The summary, which prints as a table.</returns>
    /// <exception cref="ArgumentException">The shape does not fit a layer, or has a length below 1.</exception>
    public NetworkSummary Summary(params ReadOnlySpan<nint> inputShape) => NetworkSummary.Of(this, inputShape);

    /// <inheritdoc/>
    protected override string ChildName(int index) => _names is null ? base.ChildName(index) : _names[index];

    internal override bool IsEndObserved => IsObserved || _steps[^1].IsEndObserved;

    private protected override bool NotifiesObservers => true;

    /// <summary>Makes a network of other layers with the names that these have here.</summary>
    /// <param name="layers">The layers, each with the index of the one here whose name it takes.</param>
    internal Sequential WithLayers(IReadOnlyList<(int Index, Layer Layer)> layers) =>
        new([.. layers.Select(indexed => indexed.Layer)], _names is null ? null : [.. layers.Select(indexed => _names[indexed.Index])]);

    bool IEpilogueHost.TakesEpilogue => _steps[^1] is IEpilogueHost { TakesEpilogue: true };

    Tensor<float> IEpilogueHost.ForwardCore(Tensor<float> input, Pass pass, Tensor<float>? residual, bool relu)
    {
        Tensor<float> last = ForwardToLast(input, pass);
        Tensor<float> output = ForwardFused((IEpilogueHost)_steps[^1], last, pass, residual, relu);
        Memory!.Outputs.Release(last, output, input);
        return output;
    }

    Tensor<float> IEpilogueHost.BackwardCore(Tensor<float> outputGradient, Tensor<float>? gated)
    {
        Memory!.BeginBackward(this, outputGradient);
        Tensor<float> gradient = BackwardFused((IEpilogueHost)_steps[^1], outputGradient, gated);
        return Backward(gradient, _steps.Length - 1, 0, outputGradient);
    }

    private Tensor<float> ForwardToLast(Tensor<float> input, Pass pass)
    {
        Tensor<float> output = input;
        for (int i = 0; i < _steps.Length - 1; i++)
        {
            Tensor<float> next = ForwardChild(_steps[i], output, pass);
            Memory!.Outputs.Release(output, next, input);
            output = next;
        }

        return output;
    }

    /// <summary>
    /// Runs the steps before <paramref name="from"/> backward, down to <paramref name="to"/>, and frees each gradient after its use.
    /// </summary>
    private Tensor<float> Backward(Tensor<float> gradient, int from, int to, Tensor<float> outputGradient)
    {
        for (int i = from - 1; i >= to; i--)
        {
            Tensor<float> next = BackwardChild(_steps[i], gradient);
            Memory!.Gradients.Release(gradient, next, outputGradient);
            gradient = next;
        }

        return gradient;
    }
}
