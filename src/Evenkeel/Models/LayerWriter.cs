using System.Text.Json;
using Evenkeel.Layers;

namespace Evenkeel.Models;

/// <summary>Describes the layers of a network in JSON.</summary>
/// <param name="json">Receives the description.</param>
/// <param name="network">The network.</param>
/// <param name="types">The layers of the user's own; null for none.</param>
internal sealed class LayerWriter(Utf8JsonWriter json, Layer network, LayerTypes? types)
{
    private readonly Dictionary<Layer, string> _paths = network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);

    /// <summary>Receives the fields of the layer.</summary>
    public Utf8JsonWriter Json => json;

    /// <summary>The layers of the user's own; null for none.</summary>
    public LayerTypes? Types => types;

    /// <summary>The path of a layer in the network; null if it is not in it.</summary>
    public string? PathOf(Layer layer) => _paths.GetValueOrDefault(layer);

    /// <summary>Writes a layer as a field.</summary>
    public void Layer(string field, Layer? layer)
    {
        if (layer is null)
        {
            json.WriteNull(field);
            return;
        }

        json.WriteStartObject(field);
        Fields(layer);
        json.WriteEndObject();
    }

    /// <summary>Writes the type and the settings of a layer as fields of the open object.</summary>
    /// <exception cref="NotSupportedException">The layer's type is unknown, or one of its settings cannot be described.</exception>
    public void Fields(Layer layer)
    {
        if (LayerKinds.Of(layer) is { } kind)
        {
            json.WriteString("type", kind.Name);
            kind.Write(this, layer);
        }
        else if (types?.Describe(layer) is var (name, options))
        {
            json.WriteString("type", name);
            json.WritePropertyName("options");
            options.WriteTo(json);
        }
        else
        {
            throw new NotSupportedException(
                $"{(PathOf(layer) is { Length: > 0 } path ? $"The layer at '{path}'" : "The network")} is a {layer.GetType().Name}, a type "
                + $"of your own: add it to {nameof(LayerTypes)}.");
        }
    }
}
