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
    private const string CombinationField = "combination";
    private const string CombinationAxis = "combination_axis";

    /// <summary>The kinds.</summary>
    public static readonly LayerKind[] All =
    [
        LayerKind.Of<Sequential>("sequential", Write, ReadSequential),
        LayerKind.Of<Residual>("residual", Write, ReadResidual),
        LayerKind.Of<Graph>("graph", Write, ReadGraph),
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

    private static void Write(LayerWriter writer, Graph network)
    {
        writer.Json.WriteStartArray("nodes");
        foreach (GraphNode node in network.Nodes)
        {
            writer.Json.WriteStartObject();
            writer.Json.WriteString(Name, node.Name);
            writer.Json.WriteStartArray("reads");
            foreach (string input in node.Inputs)
            {
                writer.Json.WriteStringValue(input);
            }

            writer.Json.WriteEndArray();
            if (node.Combination != Combination.Sum)
            {
                writer.Json.WriteString(CombinationField, JsonNames.Of(node.Combination));
                writer.Json.WriteNumber(CombinationAxis, node.Axis);
            }

            writer.Fields(node.Layer);
            writer.Json.WriteEndObject();
        }

        writer.Json.WriteEndArray();
    }

    private static Graph ReadGraph(LayerReader reader) => new(
    [
        .. reader.Fields.Objects("nodes").Select(node =>
        {
            string name = node.Text(Name);
            string[] reads = node.Texts("reads");
            (Combination combination, int axis) = node.Has(CombinationField)
                ? (node.Choice<Combination>(CombinationField), PlainKinds.Axis(node, CombinationAxis))
                : (Combination.Sum, 1);
            return new GraphNode(name, reader.Child(node, name), reads) { Combination = combination, Axis = axis };
        }),
    ]);
}
