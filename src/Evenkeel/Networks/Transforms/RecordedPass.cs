using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>The outputs of the layers of a network, those that have no layers inside, in one inference pass.</summary>
internal sealed class RecordedPass
{
    /// <summary>Runs a network.</summary>
    /// <exception cref="ArgumentException">The inputs do not fit the network.</exception>
    public RecordedPass(Layer network, Tensor<float> inputs)
    {
        Flow = new LayerFlow(network);
        var observations = new List<IDisposable>();
        var outputs = new List<RecordedOutput>();
        try
        {
            foreach ((string path, Layer layer) in network.NamedLayers().Where(named => named.Layer.Children.Count == 0))
            {
                if (!ReferenceEquals(layer, network)) // nothing calls the observers of a layer that is run by itself
                {
                    observations.Add(layer.Observe((_, _, output) => outputs.Add(new RecordedOutput(path, layer, output))));
                }
            }

            Output = new RecordedOutput("", network, network.Predict(inputs));
        }
        finally
        {
            observations.ForEach(observation => observation.Dispose());
        }

        Layers = network.Children.Count == 0 ? [Output] : outputs;
    }

    /// <summary>The paths of data between the layers.</summary>
    public LayerFlow Flow { get; }

    /// <summary>The outputs of the layers, in the order in which they ran.</summary>
    public IReadOnlyList<RecordedOutput> Layers { get; }

    /// <summary>The output of the network.</summary>
    public RecordedOutput Output { get; }
}
