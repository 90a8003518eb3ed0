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
    private readonly nint[] _outputShape;
    private readonly bool _isInputChannelLast;
    private readonly bool _isOutputChannelLast;
    private readonly ActivationBuffer _source;
    private readonly ActivationBuffer _target;
    private readonly ObjectPool<Copy> _copies;

    /// <summary>Creates a step.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="types">The layers of the user's own; null for none.</param>
    /// <param name="inputShape">The shape of a sample of its input.</param>
    /// <param name="outputShape">The shape of a sample of its output.</param>
    /// <param name="isInputChannelLast">True if the input's channels are last.</param>
    /// <param name="isOutputChannelLast">True if the output's channels are last.</param>
    /// <param name="source">The activations that it reads.</param>
    /// <param name="target">Receives the results.</param>
    public LayerStep(
        Layer layer,
        LayerTypes? types,
        nint[] inputShape,
        nint[] outputShape,
        bool isInputChannelLast,
        bool isOutputChannelLast,
        ActivationBuffer source,
        ActivationBuffer target)
    {
        // The network may be trained on, so that even the first copy is taken now; it is copied again, and never run.
        (_layer, _types, _inputShape, _outputShape) = (layer.Clone(types), types, inputShape, outputShape);
        (_isInputChannelLast, _isOutputChannelLast, _source, _target) = (isInputChannelLast, isOutputChannelLast, source, target);
        _copies = new ObjectPool<Copy>(() => new Copy(_layer.Clone(_types)));
        WeightBytes = sizeof(float) * layer.Parameters.Sum(parameter => (long)parameter.Length);
    }

    /// <inheritdoc/>
    public override string Kind => _layer.GetType().Name;

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [_source];

    /// <inheritdoc/>
    public override ActivationBuffer Target => _target;

    /// <inheritdoc/>
    public override long WeightBytes { get; }

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        Copy copy = _copies.Rent();
        try
        {
            Invoke(batch, copy);
        }
        catch
        {
            _copies.Discard();
            throw;
        }

        _copies.Return(copy);
    }

    private void Invoke(in SubBatch batch, Copy copy)
    {
        Span<nint> lengths = stackalloc nint[_inputShape.Length + 1];
        lengths[0] = batch.Samples;
        _inputShape.CopyTo(lengths[1..]);
        Tensor<float> input = copy.Input.Get(lengths);
        fixed (float* elements = input.Elements())
        {
            ActivationCopy.Store(batch.Operand(_source), _isInputChannelLast, elements, batch.Samples * _source.Layout.Height);
        }

        Tensor<float> output = PredictAlone(copy.Layer, input);
        if (!output.IsDense || output.Lengths[0] != batch.Samples || !output.Lengths[1..].SequenceEqual(_outputShape))
        {
            throw new InvalidOperationException(
                $"{Kind}.{nameof(Layer.Predict)} returned {Shape.Describe(output)} for {Shape.Describe(input)}; by its "
                + $"{nameof(Layer.OutputShape)} a sample must be {Shape.Describe(_outputShape)}.");
        }

        fixed (float* elements = output.Elements())
        {
            ActivationCopy.Load(elements, _isOutputChannelLast, batch.Operand(_target), batch.Samples * _target.Layout.Height);
        }
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
