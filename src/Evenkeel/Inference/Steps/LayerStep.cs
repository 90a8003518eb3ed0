using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Threading;
using Evenkeel.Numerics;

namespace Evenkeel.Inference.Steps;

/// <summary>A layer that has no step of its own. It is run as it is, by one thread at a time.</summary>
/// <param name="layer">The layer.</param>
/// <param name="inputShape">The shape of a sample of its input.</param>
/// <param name="isInputChannelLast">True if the input's channels are last.</param>
/// <param name="isOutputChannelLast">True if the output's channels are last.</param>
/// <param name="source">The activations that it reads.</param>
/// <param name="target">Receives the results.</param>
internal sealed unsafe class LayerStep(
    Layer layer, nint[] inputShape, bool isInputChannelLast, bool isOutputChannelLast, Activations source, Activations target) : Step
{
    private readonly ReusableTensor _input = new();
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public override string Kind => layer.GetType().Name;

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => [source];

    /// <inheritdoc/>
    public override Activations Target => target;

    /// <inheritdoc/>
    public override long WeightBytes => sizeof(float) * layer.Parameters.Sum(parameter => (long)parameter.Length);

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        if (part > 0)
        {
            return;
        }

        target.Layout.ClearBorder(run.Address(target), run.Samples);
        bool before = WorkerPool.BeginAlone();
        try
        {
            lock (_lock)
            {
                Span<nint> lengths = stackalloc nint[inputShape.Length + 1];
                lengths[0] = run.Samples;
                inputShape.CopyTo(lengths[1..]);
                Tensor<float> input = _input.Get(lengths);
                fixed (float* elements = input.Elements())
                {
                    ActivationCopy.Store(run.Operand(source), isInputChannelLast, elements, 0, run.Samples * source.Layout.Height);
                }

                fixed (float* elements = layer.Predict(input).Elements())
                {
                    ActivationCopy.Load(elements, isOutputChannelLast, run.Operand(target), 0, run.Samples * target.Layout.Height);
                }
            }
        }
        finally
        {
            WorkerPool.EndAlone(before);
        }
    }
}
