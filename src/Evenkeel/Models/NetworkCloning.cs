using System.Text;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Tensors;

namespace Evenkeel.Models;

/// <summary>Copies of layers and networks.</summary>
public static class NetworkCloning
{
    /// <summary>Copies a layer or network, with all layers inside it, for another thread or another course of training.</summary>
    /// <remarks>
    /// <para>
    /// The copy has the settings, the parameters and the state of the original, and so takes the same training steps, bit for bit: a
    /// dropout layer and its copy draw the same masks, pass by pass. It has memory of its own.
    /// </para>
    /// <para>
    /// Not copied: gradients, observers, the forward pass that <see cref="Layer.Backward"/> differentiates, the micro-batches that an
    /// <see cref="Normalization.AccumulatedBatchNorm"/> has gathered, and an <see cref="Normalization.IStatisticsExchange"/>, without which
    /// a synchronized normalization is an ordinary one.
    /// </para>
    /// <para>Any number of threads may copy a network at once, but none may use it meanwhile.</para>
    /// </remarks>
    /// <typeparam name="TLayer">The type of the layer.</typeparam>
    /// <param name="network">The layer or network.</param>
    /// <param name="types">The layers of the user's own in it, as for model files; null for none.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="NotSupportedException">
    /// A layer is of an unknown type that is not among <paramref name="types"/>, or has a setting that model files do not hold.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A layer cannot be created from what <paramref name="types"/> describe, or has other tensors then.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread used the network meanwhile.</exception>
    public static TLayer Clone<TLayer>(this TLayer network, LayerTypes? types = null)
        where TLayer : Layer
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.ReadBetweenCalls(() => (TLayer)Copy(network, types));
    }

    private static Layer Copy(Layer network, LayerTypes? types)
    {
        var tensors = network.StateDict(includeTrainingOnly: true).ToDictionary(tensor => tensor.Name, NamedTensor (tensor) => tensor);
        byte[] description = Encoding.UTF8.GetBytes(new ModelFile(network).Describe(types));
        Layer copy = LayerReader.Create(JsonFields.Parse(description, ModelFile.MaximumDepth).Object("network"), tensors, types);
        network.CopyTo(copy);
        return copy;
    }
}
