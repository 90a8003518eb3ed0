using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Inference.Steps;

/// <summary>A layer that has no step of its own: each thread runs a copy of it.</summary>
internal sealed unsafe class LayerStep : Step
{
    private readonly Layer _layer;
    private readonly LayerTypes? _types;
    private readonly nint[] _inputShape;
    private readonly bool _isInputChannelLast;
    private readonly bool _isOutputChannelLast;
    private readonly Activations _source;
    private readonly Activations _target;
    private readonly RentalPool<Copy> _copies;

    /// <summary>Creates a step.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="types">The layers of the user's own; null for none.</param>
    /// <param name="inputShape">The shape of a sample of its input.</param>
    /// <param name="isInputChannelLast">True if the input's channels are last.</param>
    /// <param name="isOutputChannelLast">True if the output's channels are last.</param>
    /// <param name="source">The activations that it reads.</param>
    /// <param name="target">Receives the results.</param>
    public LayerStep(
        Layer layer,
        LayerTypes? types,
        nint[] inputShape,
        bool isInputChannelLast,
        bool isOutputChannelLast,
        Activations source,
        Activations target)
    {
        // The network may be trained on, so that even the first copy is taken now; it is copied again, and never run.
        (_layer, _types, _inputShape) = (layer.Clone(types), types, inputShape);
        (_isInputChannelLast, _isOutputChannelLast, _source, _target) = (isInputChannelLast, isOutputChannelLast, source, target);
        _copies = new RentalPool<Copy>(() => new Copy(_layer.Clone(_types)));
        WeightBytes = sizeof(float) * layer.Parameters.Sum(parameter => (long)parameter.Length);
    }

    /// <inheritdoc/>
    public override string Kind => _layer.GetType().Name;

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [_source];

    /// <inheritdoc/>
    public override Activations Target => _target;

    /// <inheritdoc/>
    public override long WeightBytes { get; }

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        if (part > 0)
        {
            return;
        }

        _target.Layout.ClearBorder(run.Address(_target), run.Samples);
        Copy copy = _copies.Rent();
        Span<nint> lengths = stackalloc nint[_inputShape.Length + 1];
        lengths[0] = run.Samples;
        _inputShape.CopyTo(lengths[1..]);
        Tensor<float> input = copy.Input.Get(lengths);
        fixed (float* elements = input.Elements())
        {
            ActivationCopy.Store(run.Operand(_source), _isInputChannelLast, elements, 0, run.Samples * _source.Layout.Height);
        }

        fixed (float* elements = PredictAlone(copy.Layer, input).Elements())
        {
            ActivationCopy.Load(elements, _isOutputChannelLast, run.Operand(_target), 0, run.Samples * _target.Layout.Height);
        }

        _copies.Return(copy);
    }

    private static Tensor<float> PredictAlone(Layer layer, Tensor<float> input)
    {
        bool before = WorkerPool.BeginAlone();
        try
        {
            return layer.Predict(input);
        }
        finally
        {
            WorkerPool.EndAlone(before);
        }
    }

    /// <summary>A copy of the layer, and the memory for its input.</summary>
    private sealed record Copy(Layer Layer)
    {
        public ReusableTensor Input { get; } = new();
    }
}
