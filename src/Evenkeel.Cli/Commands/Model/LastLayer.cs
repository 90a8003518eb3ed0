using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Commands.Model;

/// <summary>A network that ends with a linear layer, on which classes depend.</summary>
/// <param name="Network">The network, with a softmax at its end if it had one.</param>
/// <param name="Logits">The network without that softmax, which training takes; its layers are those of the network.</param>
/// <param name="Linear">The last linear layer.</param>
internal sealed record LastLayer(Layer Network, Layer Logits, Linear Linear)
{
    /// <summary>Finds the last layer of a network; null if its outputs are not those of one linear layer.</summary>
    public static LastLayer? Find(Layer network)
    {
        if (network.Children.Count == 0)
        {
            network = new Sequential(network); // which observes and replaces what is in it
        }

        Layer[] last = [.. new LayerFlow(network).LastLayers(layer => layer is not (Softmax or Identity or Dropout))];
        return last is [Linear linear] ? new LastLayer(network, WithoutSoftmax(network), linear) : null;
    }

    /// <summary>Gives a network a new last linear layer, in place of the one it has or behind its features.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sample">The shape of its samples.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="random">The source of the initial weights.</param>
    public static LastLayer Renew(Layer network, ReadOnlySpan<nint> sample, int classes, RandomSource random)
    {
        if (Find(network) is { } last)
        {
            return Find(LayerReplacement.Replace(last.Network, last.Linear, new Linear(last.Linear.Inputs, classes, random)))!;
        }

        network = WithoutSoftmax(network);
        nint[] features = network.OutputShape([1, .. sample]);
        return Find(new Sequential(
            ("features", network),
            ("flatten", new Flatten()),
            ("linear", new Linear((int)TensorPrimitives.Product<nint>(features), classes, random))))!;
    }

    /// <summary>The network, with identities in place of softmax layers behind its last layer with parameters.</summary>
    private static Layer WithoutSoftmax(Layer network)
    {
        Layer[] leaves = [.. network.NamedLayers().Select(named => named.Layer).Where(layer => layer.Children.Count == 0)];
        return leaves[(Array.FindLastIndex(leaves, layer => layer.Parameters.Count > 0) + 1)..].OfType<Softmax>().Aggregate(
            network, (current, softmax) => LayerReplacement.Replace(current, softmax, new Identity()));
    }

    /// <summary>Whether what the last layer reads of a number of images fits into one array.</summary>
    public bool CanKeepFeatures(int images) => (long)images * Linear.Inputs <= Array.MaxLength;

    /// <summary>Computes what the last layer reads, in inference.</summary>
    /// <param name="inputs">The inputs of the network, [N, *].</param>
    /// <param name="batchSize">The number of samples that are computed at a time.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The features [N, inputs of the last layer].</returns>
    public Tensor<float> Features(Tensor<float> inputs, int batchSize, CancellationToken cancellationToken)
    {
        int count = (int)inputs.Lengths[0], length = (int)(inputs.FlattenedLength / count);
        var features = new float[count * Linear.Inputs];
        int start = 0;
        using IDisposable observation = Linear.Observe(
            forward: (_, input, _) => input.Elements().CopyTo(features.AsSpan(start * Linear.Inputs)));
        for (; start < count; start += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int size = Math.Min(batchSize, count - start);
            Logits.Predict(Tensor.Create(inputs.Elements().Slice(start * length, size * length).ToArray(), [size, .. inputs.Lengths[1..]]));
        }

        return Tensor.Create(features, [count, Linear.Inputs]);
    }
}
