using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>A residual block: a body, and a shortcut around it.</summary>
/// <remarks>
/// <para>
/// y = f(body(x) + shortcut(x)), where f is a ReLU or nothing, and a shortcut that is not given is x itself. Backward: with
/// g = dy·f′, dx = body's gradient of g + shortcut's gradient of g.
/// </para>
/// <para>
/// A body that ends in a normalization with parameters per channel, or in a convolution, adds and rectifies within it, with the same
/// bits as one after the other.
/// </para>
/// <para>Shapes: body and shortcut give the same shape; without a shortcut, the body gives the shape of x.</para>
/// <para>Source: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv 1512.03385.</para>
/// </remarks>
public sealed class Residual : Layer
{
    private readonly Layer[] _children;
    private readonly IEpilogueHost? _host;
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _gates = new();
    private Tensor<float>? _output;

    /// <summary>Makes a residual block.</summary>
    /// <param name="body">What the block computes.</param>
    /// <param name="shortcut">What its input passes beside the body, such as a projection to another shape; nothing where null.</param>
    /// <param name="activation">What the sum passes; nothing where null.</param>
    /// <exception cref="ArgumentException">A layer stands in the block twice.</exception>
    public Residual(Layer body, Layer? shortcut = null, Relu? activation = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
        Shortcut = shortcut;
        Activation = activation;
        _children = [.. new[] { body, shortcut, activation }.OfType<Layer>()];
        Places.CheckOnce(_children, nameof(shortcut));
        _parameters = [.. _children.SelectMany(layer => layer.Parameters)];
        _host = body is IEpilogueHost { TakesEpilogue: true } host ? host : null;
        DrawFrom(new NetworkMemory(this));
    }

    /// <summary>What the block computes.</summary>
    public Layer Body { get; }

    /// <summary>What its input passes beside the body; null where nothing.</summary>
    public Layer? Shortcut { get; }

    /// <summary>What the sum passes; null where nothing.</summary>
    public Relu? Activation { get; }

    /// <summary>Whether the body's last sweep adds and rectifies.</summary>
    internal bool IsFused => _host is not null;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _children;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input does not fit the layers, or body and shortcut give different shapes.</exception>
    public override Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        Shape.CheckInput(input);
        _output = null; // a pass that fails from here on leaves nothing for Backward to differentiate
        Tensor<float> skipped = Shortcut is null ? input : Shortcut.Forward(input, pass);
        Tensor<float> output = _host is null
            ? Add(Body.Forward(input, pass), skipped, input)
            : _host.Forward(input, pass, skipped, rectifies: Activation is not null);
        Memory!.Outputs.Release(skipped, output, input);
        Activation?.Adopt(output);
        _output = output;
        return output;
    }

    /// <inheritdoc/>
    public override Tensor<float> Predict(Tensor<float> input) => Memory!.Predict(this, input);

    /// <inheritdoc/>
    public override Tensor<float> Backward(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        LentMemory memory = Memory!.Gradients;
        Memory.BeginBackward(this, outputGradient);
        Tensor<float> gated = Activation is null ? outputGradient : _gates.Get(outputGradient.Lengths);
        Tensor<float> body = _host is null
            ? Body.Backward(Gate(outputGradient, gated))
            : _host.Backward(outputGradient, gated);
        Tensor<float> skipped = Shortcut is null ? gated : Shortcut.Backward(gated);
        Tensor<float> gradient = InputGradients.Get(body.Lengths);
        Sum.Apply(body.Elements(), skipped.Elements(), rectifies: false, gradient.Elements());
        memory.Release(gated, gradient, outputGradient);
        memory.Release(skipped, gradient, outputGradient);
        memory.Release(body, gradient, outputGradient);
        return gradient;
    }

    internal override void DrawFrom(NetworkMemory memory)
    {
        base.DrawFrom(memory);
        _gates.DrawFrom(memory.Gradients);
    }

    private Tensor<float> Add(Tensor<float> body, Tensor<float> skipped, Tensor<float> input)
    {
        Shape.CheckSum(body.Lengths, skipped.Lengths, "input");
        Tensor<float> output = OutputMemory.Get(body.Lengths);
        Sum.Apply(body.Elements(), skipped.Elements(), Activation is not null, output.Elements());
        Memory!.Outputs.Release(body, output, input);
        return output;
    }

    /// <summary>What the activation lets pass of a gradient.</summary>
    private Tensor<float> Gate(Tensor<float> outputGradient, Tensor<float> gated)
    {
        if (Activation is not null)
        {
            Activate.Backward<ReluFunction>(outputGradient.Elements(), _output!.Elements(), gated.Elements());
        }

        return gated;
    }
}
