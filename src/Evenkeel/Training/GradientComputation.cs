using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>How the gradients of a training step are computed: by one pass over the batch, or in parts, as on several machines.</summary>
/// <typeparam name="TTarget">The type of a target.</typeparam>
public abstract class GradientComputation<TTarget>
    where TTarget : unmanaged
{
    /// <summary>Whether this process writes the checkpoints of the training.</summary>
    internal virtual bool WritesCheckpoints => true;

    /// <summary>What the bits of the gradients depend on, such as the number of parts; null if on nothing.</summary>
    internal virtual string? Settings => null;

    /// <summary>Prepares for a network, before a step on it begins.</summary>
    /// <param name="network">The network.</param>
    internal virtual void Prepare(Layer network)
    {
    }

    /// <summary>Computes the loss of a batch, and the gradients of all parameters of the network, replacing those from before.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">The loss to minimize.</param>
    /// <param name="inputs">The inputs, batch first.</param>
    /// <param name="targets">The targets, batch first.</param>
    /// <returns>The loss of the batch.</returns>
    /// <exception cref="ArgumentException">A shape does not fit the network or the loss, or a target is invalid.</exception>
    public abstract double Compute(Layer network, Loss<TTarget> loss, Tensor<float> inputs, Tensor<TTarget> targets);

    /// <summary>The range of the batches of an evaluation that this process computes.</summary>
    /// <param name="batches">The number of batches.</param>
    internal virtual Range BatchesToEvaluate(int batches) => ..batches;

    /// <summary>Completes the results of an evaluation's batches with those that other processes computed.</summary>
    /// <param name="results">The results of all batches; those of <see cref="BatchesToEvaluate"/> are there.</param>
    /// <param name="perBatch">The number of results per batch.</param>
    internal virtual void GatherResults(Span<double> results, int perBatch)
    {
    }
}
