using System.Numerics.Tensors;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>Our side of the benchmark: a trained network, prepared for inference.</summary>
/// <param name="network">The network, which is not changed.</param>
/// <param name="item">The shape of an input without the batch.</param>
internal sealed class ServingSubject(Sequential network, nint[] item)
{
    private readonly Sequential _folded = Folding.Fold(network);

    /// <summary>Prepares the call that computes the outputs of a batch.</summary>
    public Action Call(float[] inputs, float[] outputs, int batch)
    {
        Tensor<float> tensor = Tensor.Create(inputs, [batch, .. item]);
        return () => _folded.Predict(tensor).Elements().CopyTo(outputs);
    }
}
