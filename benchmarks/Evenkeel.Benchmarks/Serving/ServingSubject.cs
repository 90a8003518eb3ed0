using Evenkeel.Inference;
using Evenkeel.Networks;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>Our side of the benchmark: a trained network, compiled for inference.</summary>
/// <param name="network">The network, which is not changed.</param>
/// <param name="item">The shape of an input without the batch.</param>
internal sealed class ServingSubject(Sequential network, nint[] item)
{
    private readonly Predictor _predictor = network.Compile(item);

    /// <summary>Prepares the call that computes the outputs of a batch.</summary>
    public Action Call(float[] inputs, float[] outputs, int batch) => () => _predictor.Predict(inputs, outputs, batch);
}
