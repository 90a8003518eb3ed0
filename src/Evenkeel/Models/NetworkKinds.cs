using System.Globalization;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;

namespace Evenkeel.Models;

/// <summary>Layers that contain others.</summary>
internal static class NetworkKinds
{
    private const string Name = "name";

    /// <summary>The kinds.</summary>
    public static readonly LayerKind[] All =
    [
        LayerKind.Of<Sequential>("sequential", Write, ReadSequential),
        LayerKind.Of<Residual>("residual", Write, ReadResidual),
    ];

    private static void Write(LayerWriter writer, Sequential network)
    {
        writer.Json.WriteStartArray("layers");
        for (int i = 0; i < network.Layers.Count; i++)
        {
            writer.Json.WriteStartObject();
            if (network.Names is { } names)
            {
                writer.Json.WriteString(Name, names[i]);
            }

            writer.Fields(network.Layers[i]);
            writer.Json.WriteEndObject();
        }

        writer.Json.WriteEndArray();
    }

    private static Sequential ReadSequential(LayerReader reader)
    {
        IReadOnlyList<JsonFields> layers = reader.Fields.Objects("layers");
        bool isNamed = layers.Count > 0 && layers[0].Has(Name);
        var named = new List<(string Name, Layer Layer)>();
        for (int i = 0; i < layers.Count; i++)
        {
            string name = isNamed ? layers[i].Text(Name) : i.ToString(CultureInfo.InvariantCulture);
            named.Add((name, reader.Child(layers[i], name)));
        }

        return isNamed ? new Sequential(named) : new Sequential([.. named.Select(layer => layer.Layer)]);
    }

    private static void Write(LayerWriter writer, Residual network)
    {
        writer.Layer("body", network.Body);
        writer.Layer("shortcut", network.Shortcut);
        writer.Layer("activation", network.Activation);
    }

    private static Residual ReadResidual(LayerReader reader)
    {
        Layer body = reader.Child(reader.Fields.Object("body"), "body");
        Layer? shortcut = reader.ChildOrNull("shortcut"), activation = reader.ChildOrNull("activation");
        return activation is null or Relu
            ? new Residual(body, shortcut, (Relu?)activation)
            : throw reader.Fields.Error("activation", $"is a {activation.GetType().Name}; expected a {nameof(Relu)}");
    }
}
