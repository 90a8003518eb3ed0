using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>A residual block: a body, and a shortcut around it.</summary>
/// <remarks>
/// <para>
/// y = f(body(x) + shortcut(x)), where f is a ReLU or the identity, and shortcut(x) = x without a shortcut. Backward: with
/// g = dy·f′, dx = body's input gradient for g + shortcut's input gradient for g.
/// </para>
/// <para>
/// If the body ends in a normalization with parameters per channel or in a convolution, that layer's sweep also adds and applies the
/// ReLU, with the bits of separate sweeps.
/// </para>
/// <para>Shapes: the outputs of body and shortcut have the same shape; without a shortcut, the body's has the shape of x.</para>
/// <para>Names: <c>body</c>, <c>shortcut</c>, <c>activation</c>.</para>
/// <para>Source: He et al., "Deep Residual Learning for Image Recognition", 2015, arXiv 1512.03385.</para>
/// </remarks>
public sealed class Residual : Layer
{
    private readonly Layer[] _children;
    private readonly string[] _names;
    private readonly IEpilogueHost? _host;
    private readonly Parameter[] _parameters;
    private readonly ReusableTensor _sumGradients = new();
    private bool _rectifiedInBody;

    /// <summary>Makes a residual block.</summary>
    /// <param name="body">The layer that the shortcut is around.</param>
    /// <param name="shortcut">A layer in the shortcut, such as a projection to another shape; null for the identity.</param>
    /// <param name="activation">The activation of the sum; null for none.</param>
    /// <exception cref="ArgumentException">A layer occurs twice in the block.</exception>
    public Residual(Layer body, Layer? shortcut = null, Relu? activation = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
        Shortcut = shortcut;
        Activation = activation;
        (string, Layer?)[] parts = [("body", body), ("shortcut", shortcut), ("activation", activation)];
        _children = [.. parts.Select(part => part.Item2).OfType<Layer>()];
        _names = [.. parts.Where(part => part.Item2 is not null).Select(part => part.Item1)];
        LayerTree.CheckDistinct(_children, nameof(shortcut));
        _parameters = [.. _children.SelectMany(layer => layer.Parameters)];
        _host = body is IEpilogueHost { TakesEpilogue: true } host ? host : null;
        DrawFrom(new NetworkMemory(this));
    }

    /// <summary>The layer that the shortcut is around.</summary>
    public Layer Body { get; }

    /// <summary>The layer in the shortcut; null for the identity.</summary>
    public Layer? Shortcut { get; }

    /// <summary>The activation of the sum; null for none.</summary>
    public Relu? Activation { get; }

    /// <summary>Makes a block with a layer made of the body and one made of the shortcut, and the activation of this one.</summary>
    internal Residual WithParts(Func<Layer, Layer> part) =>
        new(part(Body), Shortcut is null ? null : part(Shortcut), Activation);

    /// <summary>True if the last layer of the body can add and rectify in its own sweep.</summary>
    internal bool CanFuse => _host is not null;

    /// <summary>True if the last layer of the body adds the shortcut.</summary>
    internal bool AddsInBody => _host is not null && !Body.IsEndObserved;

    /// <summary>True if the layer that adds also applies the ReLU.</summary>
    internal bool RectifiesSum => Activation is { IsObserved: false };

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _children;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The input does not fit the layers, or the outputs of body and shortcut differ in shape.
    /// </exception>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        Tensor<float> skipped = Shortcut is null ? input : ForwardChild(Shortcut, input, pass);
        (bool addsInBody, bool rectifiesSum) = (AddsInBody, RectifiesSum); // fixed here, since observers may come and go during the pass
        _rectifiedInBody = addsInBody && rectifiesSum;
        Tensor<float> sum = addsInBody
            ? ForwardFused(_host!, input, pass, skipped, rectifiesSum)
            : Add(ForwardChild(Body, input, pass), skipped, rectifiesSum, input);
        Memory!.Outputs.Release(skipped, sum, input);
        return Activate(sum, rectifiesSum, input, pass);
    }

    /// <inheritdoc/>
    protected override Tensor<float> PredictCore(Tensor<float> input) => Memory!.Predict(this, input);

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        LentMemory memory = Memory!.Gradients;
        Memory.BeginBackward(this, outputGradient);
        bool fused = _rectifiedInBody && AddsInBody && RectifiesSum;
        Tensor<float> sumGradient = Activation is null ? outputGradient
            : fused ? _sumGradients.Get(outputGradient.Lengths)
            : BackwardChild(Activation, outputGradient);
        Tensor<float> body = fused ? BackwardFused(_host!, outputGradient, sumGradient) : BackwardChild(Body, sumGradient);
        Tensor<float> skipped = Shortcut is null ? sumGradient : BackwardChild(Shortcut, sumGradient);
        Tensor<float> gradient = InputGradients.Get(body.Lengths);
        Sum.Apply(body.Elements(), skipped.Elements(), relu: false, gradient.Elements());
        memory.Release(sumGradient, gradient, outputGradient);
        memory.Release(skipped, gradient, outputGradient);
        memory.Release(body, gradient, outputGradient);
        return gradient;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The shape does not fit the layers, or the outputs of body and shortcut differ in shape.
    /// </exception>
    public override nint[] OutputShape(ReadOnlySpan<nint> input)
    {
        nint[] body = Body.OutputShape(input);
        Shape.CheckSum(body, Shortcut is null ? input : Shortcut.OutputShape(input), nameof(input));
        return Activation is null ? body : Activation.OutputShape(body);
    }

    /// <inheritdoc/>
    protected override string ChildName(int index) => _names[index];

    private protected override bool NotifiesObservers => true;

    internal override void DrawFrom(NetworkMemory memory)
    {
        base.DrawFrom(memory);
        _sumGradients.DrawFrom(memory.Gradients);
    }

    private Tensor<float> Add(Tensor<float> body, Tensor<float> skipped, bool relu, Tensor<float> input)
    {
        Shape.CheckSum(body.Lengths, skipped.Lengths, "input");
        Tensor<float> output = OutputMemory.Get(body.Lengths);
        Sum.Apply(body.Elements(), skipped.Elements(), relu, output.Elements());
        Memory!.Outputs.Release(body, output, input);
        return output;
    }

    private Tensor<float> Activate(Tensor<float> sum, bool isRectified, Tensor<float> input, Pass pass)
    {
        if (Activation is null || isRectified)
        {
            Activation?.Adopt(sum);
            return sum;
        }

        Tensor<float> output = ForwardChild(Activation, sum, pass);
        Memory!.Outputs.Release(sum, output, input);
        return output;
    }
}
