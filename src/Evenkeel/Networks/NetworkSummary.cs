using System.Globalization;
using Evenkeel.Layers;

namespace Evenkeel.Networks;

/// <summary>A table of the layers in a network: paths, types, output shapes, parameters, and which layers run as one.</summary>
public sealed class NetworkSummary
{
    private NetworkSummary(IReadOnlyList<LayerSummary> layers)
    {
        Layers = layers;
        TrainableParameters = layers.Sum(layer => layer.TrainableParameters);
        OtherParameters = layers.Sum(layer => layer.OtherParameters);
    }

    /// <summary>The network itself and the layers inside it, each before those inside it.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>The number of parameter values that optimizers move.</summary>
    public long TrainableParameters { get; }

    /// <summary>The number of parameter values that optimizers do not move; running statistics are not parameters.</summary>
    public long OtherParameters { get; }

    /// <summary>Summarizes a network. Shapes are derived from the input's: nothing is computed, and the network stays as it is.</summary>
    /// <param name="network">The network, or a layer.</param>
    /// <param name="inputShape">The input's shape, batch first.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ArgumentException">The shape does not fit a layer, or has a length below 1.</exception>
    public static NetworkSummary Of(Layer network, params ReadOnlySpan<nint> inputShape)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (inputShape.IsEmpty || inputShape.ContainsAnyInRange(nint.MinValue, 0))
        {
            throw new ArgumentException($"{Shape.Describe(inputShape)} is no input shape: lengths must be at least 1.", nameof(inputShape));
        }

        var paths = network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
        var shapes = new Dictionary<Layer, nint[]>();
        AddShapes(network, inputShape.ToArray(), paths, shapes, nameof(inputShape));
        return Of(network, paths, shapes);
    }

    /// <summary>Summarizes a network whose input's shape is not known.</summary>
    internal static NetworkSummary WithoutShapes(Layer network) =>
        Of(network, network.NamedLayers().ToDictionary(named => named.Layer, named => named.Path), []);

    private static NetworkSummary Of(Layer network, Dictionary<Layer, string> paths, Dictionary<Layer, nint[]> shapes)
    {
        Dictionary<Layer, (Layer Into, bool IsFused)> fusions = Fusions(paths.Keys);
        return new NetworkSummary([.. network.NamedLayers().Select(named => Row(named.Path, named.Layer))]);

        LayerSummary Row(string path, Layer layer)
        {
            string? into = fusions.TryGetValue(layer, out (Layer Into, bool IsFused) fusion) ? paths[fusion.Into] : null;
            ILookup<bool, Parameter> own = layer.Parameters.Except(layer.Children.SelectMany(child => child.Parameters))
                .ToLookup(parameter => parameter.IsTrainable);
            return new LayerSummary(
                path,
                layer,
                shapes.GetValueOrDefault(layer),
                own[true].Sum(parameter => (long)parameter.Length),
                own[false].Sum(parameter => (long)parameter.Length),
                fusion.IsFused ? into : null,
                fusion.IsFused ? null : into,
                layer.IsObserved);
        }
    }

    /// <summary>A table with a line per layer, and the totals.</summary>
    /// <returns>Lines that end in '\n', but for the last.</returns>
    public override string ToString() =>
        SummaryTable.Format([["path", "layer", "output", "parameters", ""], .. Layers.Select(Cells)])
        + string.Create(CultureInfo.InvariantCulture, $"{TrainableParameters:N0} trainable parameters, {OtherParameters:N0} others");

    /// <summary>Derives the output shape of a layer and of those inside it.</summary>
    private static nint[] AddShapes(
        Layer layer, nint[] input, Dictionary<Layer, string> paths, Dictionary<Layer, nint[]> shapes, string parameter)
    {
        nint[] output;
        switch (layer)
        {
            case Sequential network:
                output = network.Layers.Aggregate(input, (shape, inner) => AddShapes(inner, shape, paths, shapes, parameter));
                break;
            case Residual block:
                output = AddShapes(block.Body, input, paths, shapes, parameter);
                nint[] shortcut = block.Shortcut is null ? input : AddShapes(block.Shortcut, input, paths, shapes, parameter);
                Shape.CheckSum(output, shortcut, parameter);
                output = block.Activation is null ? output : AddShapes(block.Activation, output, paths, shapes, parameter);
                break;
            case Graph graph:
                output = graph.OutputShape(input, (inner, shape) => AddShapes(inner, shape, paths, shapes, parameter), parameter);
                break;
            default:
                output = OutputShape(layer, input, paths[layer], parameter);
                break;
        }

        shapes.Add(layer, output);
        return output;
    }

    /// <summary>Derives the output shape of a layer; an exception names the layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The input's shape.</param>
    /// <param name="path">The layer's path.</param>
    /// <param name="parameter">The name of the parameter that an exception is about.</param>
    internal static nint[] OutputShape(Layer layer, nint[] input, string path, string parameter)
    {
        try
        {
            return layer.OutputShape(input);
        }
        catch (ArgumentException e)
        {
            string problem = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
            throw new ArgumentException($"{Describe(layer, path)}: {problem}", parameter, e);
        }
    }

    /// <summary>"norm1, a BatchNorm".</summary>
    internal static string Describe(Layer layer, string path) => $"{(path.Length == 0 ? "" : path + ", a ")}{layer.GetType().Name}";

    /// <summary>The layers that run within another's sweep, or would if no observer kept them apart.</summary>
    private static Dictionary<Layer, (Layer Into, bool IsFused)> Fusions(IEnumerable<Layer> layers)
    {
        var fusions = new Dictionary<Layer, (Layer, bool)>();
        foreach (Layer layer in layers)
        {
            if (layer is Sequential network)
            {
                foreach (RectifiedLayer pair in network.Steps.OfType<RectifiedLayer>())
                {
                    fusions.Add(pair.Relu, (End(pair.Host), pair.IsFused));
                }
            }
            else if (layer is Residual block)
            {
                if (block.CanFuse)
                {
                    fusions.Add(block, (End(block.Body), block.AddsInBody));
                }

                if (block.Activation is not null)
                {
                    fusions.Add(block.Activation, (block.AddsInBody ? End(block.Body) : block, block.RectifiesSum));
                }
            }
        }

        return fusions;
    }

    private static Layer End(Layer layer) => layer is Sequential network ? End(network.Layers[^1]) : layer;

    private static string[] Cells(LayerSummary layer)
    {
        string shape = layer.OutputShape is null ? "?" : Shape.Describe([.. layer.OutputShape]);
        long parameters = layer.TrainableParameters + layer.OtherParameters;
        string?[] notes =
        [
            layer.FusedInto is null ? null : $"fused into {Name(layer.FusedInto)}",
            layer.UnfusedFrom is null ? null : $"not fused into {Name(layer.UnfusedFrom)}",
            layer.IsObserved ? "observed" : null,
            layer.OtherParameters == 0 ? null : layer.TrainableParameters == 0 ? "not trainable" : "partly trainable",
        ];
        return
        [
            layer.Path,
            layer.Layer.GetType().Name,
            shape,
            parameters == 0 ? "" : parameters.ToString("N0", CultureInfo.InvariantCulture),
            string.Join(", ", notes.OfType<string>()),
        ];

        static string Name(string path) => path.Length == 0 ? "the network itself" : path;
    }
}
