using System.Numerics.Tensors;

namespace Evenkeel.Layers;

/// <summary>Observers that <see cref="Layer.Observe"/> added to a layer, until this is disposed.</summary>
internal sealed class Observation(
    Layer layer, Action<Layer, Tensor<float>, Tensor<float>>? forward, Action<Layer, Tensor<float>, Tensor<float>?>? backward) : IDisposable
{
    /// <summary>Is called after a forward pass.</summary>
    public Action<Layer, Tensor<float>, Tensor<float>>? Forward => forward;

    /// <summary>Is called after a backward pass.</summary>
    public Action<Layer, Tensor<float>, Tensor<float>?>? Backward => backward;

    /// <inheritdoc/>
    public void Dispose() => layer.Remove(this);
}
