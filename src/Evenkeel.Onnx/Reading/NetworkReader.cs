using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Onnx.Protos;
using Google.Protobuf.Collections;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Turns the nodes of a file into those of a network.</summary>
internal sealed class NetworkReader
{
    private const int MinimumOpset = 7;
    private const int MaximumOpset = 23;
    private const int MaximumNodes = 1_000_000;

    private readonly ModelProto _model;
    private readonly OnnxLoadOptions _options;
    private readonly TensorReader _tensors;
    private readonly Dictionary<string, OnnxInput> _values = [];
    private readonly Dictionary<string, int> _readers = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, GraphNode> _nodesByName = [];
    private readonly HashSet<string> _nodesRead = [];
    private readonly Dictionary<string, int> _nextNumbers = [];
    private readonly List<OnnxObstacle> _obstacles = [];

    private NetworkReader(ModelProto model, OnnxLoadOptions options, TensorReader tensors) =>
        (_model, _options, _tensors) = (model, options, tensors);

    /// <summary>The settings.</summary>
    public OnnxLoadOptions Options => _options;

    /// <summary>What a reader of the report should know.</summary>
    public HashSet<string> Notes { get; } = [];

    /// <summary>Reads a network.</summary>
    /// <exception cref="InvalidDataException">The file is not valid.</exception>
    /// <exception cref="OnnxNotSupportedException">No layer corresponds to some nodes.</exception>
    public static OnnxNetwork Read(ModelProto model, OnnxLoadOptions options, TensorReader tensors) =>
        new NetworkReader(model, options, tensors).Read();

    /// <summary>The number of nodes that read a name, and of outputs of the file that it is.</summary>
    public int ReadersOf(string name) => _readers.GetValueOrDefault(name);

    /// <summary>The node of the network that a value comes from, if nothing else reads it.</summary>
    public GraphNode? SoleSource(NetworkValue value, string name) =>
        ReadersOf(name) == 1 && value is { IsFactors: false, IsCodes: false } && !_nodesRead.Contains(value.Node)
            ? _nodesByName.GetValueOrDefault(value.Node)
            : null;

    /// <summary>Adds a layer that reads one tensor.</summary>
    /// <param name="name">The name of the node in the file.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="x">What it reads.</param>
    public NetworkValue Add(string name, Layer layer, NetworkValue x) => x.IsFactors
        ? throw new NodeException($"its input is a vector with axes of length 1 around it, {x.Shape}, which only a product takes")
        : x.IsCodes && layer is not Embedding
            ? throw new NodeException("its input is integers, which only a Gather from a table takes")
        : Add(new GraphNode(UniqueName(name), layer, x.Node), x.Sample);

    /// <summary>Adds the combination of several tensors.</summary>
    /// <param name="name">The name of the node in the file.</param>
    /// <param name="combination">The combination.</param>
    /// <param name="axis">Its axis.</param>
    /// <param name="sample">The shape of a sample of the result.</param>
    /// <param name="inputs">The tensors.</param>
    public NetworkValue Combine(string name, Combination combination, int axis, nint[] sample, params NetworkValue[] inputs) =>
        combination != Combination.Product && inputs.Any(input => input.IsFactors)
        ? throw new NodeException("an input is a vector with axes of length 1 around it, which only a product takes")
        : inputs.Any(input => input.IsCodes) ? throw new NodeException("an input is integers, which only a Gather from a table takes")
        : Add(
            new GraphNode(UniqueName(name), new Identity(), [.. inputs.Select(input => input.Node)])
            {
                Combination = combination,
                Axis = axis,
            },
            sample);

    /// <summary>Puts a layer in the place of one that was added before.</summary>
    public NetworkValue Replace(GraphNode source, string name, Layer layer, nint[] input)
    {
        _nodesByName.Remove(source.Name);
        return Add(source with { Name = UniqueName(name), Layer = layer }, input);
    }

    private OnnxNetwork Read()
    {
        GraphProto graph = _model.Graph ?? throw new InvalidDataException("The file has no graph; it is not an ONNX model.");
        if (graph.Node.Count > MaximumNodes)
        {
            throw new InvalidDataException(Invariant($"The graph has {graph.Node.Count} nodes; at most {MaximumNodes} are read."));
        }

        int opset = Opset();
        (Dictionary<string, OnnxTensor> constants, List<NodeProto> nodes) = ConstantFolder.Fold(graph, opset, _tensors);
        foreach ((string name, OnnxTensor constant) in constants)
        {
            Define(name, new ConstantValue(constant));
        }

        ValueInfoProto[] inputs = [.. graph.Input.Where(input => !_values.ContainsKey(input.Name))];
        if (inputs.Length == 0 || graph.Output.Count == 0)
        {
            throw new InvalidDataException(Invariant(
                $"The graph has {inputs.Length} inputs and {graph.Output.Count} outputs; a network with one of each is read."));
        }

        nint[] sample = DefineInputs(inputs, graph.Output);
        string outputName = graph.Output[0].Name;
        IReadOnlyList<NodeProto> fused = Decompositions.Fuse(nodes, constants, outputName);
        foreach (string name in fused.SelectMany(node => node.Input.Where(input => input.Length > 0)).Append(outputName))
        {
            _readers[name] = ReadersOf(name) + 1;
        }

        foreach (NodeProto node in fused)
        {
            Read(node, opset);
        }

        if (_obstacles.Count > 0)
        {
            throw new OnnxNotSupportedException(_obstacles);
        }

        if (!_values.TryGetValue(outputName, out OnnxInput? output))
        {
            throw new InvalidDataException($"No node gives the output '{outputName}'.");
        }

        Layer network = Assemble(output is NetworkValue { IsFactors: false, IsCodes: false } value
            ? value
            : throw new InvalidDataException($"The output '{outputName}' is no tensor that layers compute from the input."));
        string producer = $"{_model.ProducerName} {_model.ProducerVersion}".Trim();
        return new OnnxNetwork(network, sample, producer, opset, inputs[0].Name, outputName, [.. Notes]);
    }

    /// <summary>Defines the input, and returns the shape of its samples; several inputs or outputs are obstacles.</summary>
    private nint[] DefineInputs(ValueInfoProto[] inputs, RepeatedField<ValueInfoProto> outputs)
    {
        if (inputs.Length == 1 && outputs.Count == 1)
        {
            nint[] sample = SampleOf(inputs[0]);
            bool isCodes = inputs[0].Type?.TensorType?.ElemType is TensorTypes.Int64 or TensorTypes.Int32;
            Define(inputs[0].Name, new NetworkValue(Graph.Input, sample) { IsCodes = isCodes });
            return sample;
        }

        foreach (ValueInfoProto input in inputs)
        {
            Define(input.Name, new UnknownValue(UnknownValue.Dependency.Input));
        }

        _obstacles.AddRange(inputs.Skip(1).Select(input => new OnnxObstacle(input.Name, "input", "a network has one input")));
        _obstacles.AddRange(outputs.Skip(1).Select(output => new OnnxObstacle(output.Name, "output", "a network has one output")));
        return [];
    }

    private void Read(NodeProto node, int opset)
    {
        string name = NameOf(node);
        if (node.Output.Count == 0 || node.Output[0].Length == 0)
        {
            throw new InvalidDataException($"The node '{name}' has no output.");
        }

        OnnxInput?[] inputs = [.. node.Input.Select(input => input.Length == 0 ? null : ValueOf(input, name))];
        try
        {
            Define(node.Output[0], Read(node, opset, inputs, name));
            return;
        }
        catch (UnknownInputException)
        {
            // Whether it could be read is not known before the obstacle ahead of it is gone.
        }
        catch (Exception e) when (e is NodeException or ArgumentException or OverflowException)
        {
            // Arguments are refused by layers: a shape that does not fit or is too large, a setting out of range.
            _obstacles.Add(new OnnxObstacle(name, node.OpType, e.Message));
        }

        foreach (string output in node.Output.Where(output => output.Length > 0))
        {
            Define(output, UnknownValue.Of(node.OpType, inputs));
        }
    }

    private OnnxInput Read(NodeProto node, int opset, OnnxInput?[] inputs, string name)
    {
        if (!OnnxNames.IsOwnDomain(node.Domain))
        {
            throw new NodeException($"it is of the domain '{node.Domain}'; only ONNX's own operators are read");
        }

        OperatorReader read = OperatorReaders.Find(node.OpType);
        if (node.Output.Skip(1).FirstOrDefault(output => ReadersOf(output) > 0) is { } second)
        {
            throw new NodeException($"its output '{second}', which is not the first, is used");
        }

        var reader = new NodeReader(node, opset, inputs, _tensors);
        OnnxInput value = read(this, reader, name);
        reader.End();
        return value;
    }

    private OnnxInput ValueOf(string input, string reader) => _values.TryGetValue(input, out OnnxInput? value)
        ? value
        : throw new InvalidDataException(
            $"The node '{reader}' reads '{input}', which is neither an input, nor a constant, nor the output of a node before it.");

    private void Define(string name, OnnxInput value)
    {
        if (!_values.TryAdd(name, value))
        {
            throw new InvalidDataException($"The name '{name}' is defined twice.");
        }
    }

    private NetworkValue Add(GraphNode node, nint[] input)
    {
        nint[] sample = node.Layer.OutputShape([1, .. input])[1..];
        _nodes.Add(node);
        _nodesByName[node.Name] = node;
        _nodesRead.UnionWith(node.Inputs);
        return new NetworkValue(node.Name, sample);
    }

    /// <summary>A name for a node of the network: that in the file, whose dots separate nothing here.</summary>
    private string UniqueName(string name)
    {
        name = name.Replace('.', OnnxNames.Dot);
        string unique = name;
        while (unique == Graph.Input || _nodesByName.ContainsKey(unique))
        {
            int number = _nextNumbers.GetValueOrDefault(name, 2);
            _nextNumbers[name] = number + 1;
            unique = Invariant($"{name}_{number}");
        }

        return unique;
    }

    private static string NameOf(NodeProto node) => node.Name.Trim().Length > 0 ? node.Name
        : node.Output.FirstOrDefault(output => output.Trim().Length > 0) ?? node.OpType;

    private int Opset()
    {
        OperatorSetIdProto[] own = [.. _model.OpsetImport.Where(set => OnnxNames.IsOwnDomain(set.Domain))];
        return own is [{ Version: >= MinimumOpset and <= MaximumOpset } set]
            ? (int)set.Version
            : throw new InvalidDataException(own.Length == 0
                ? "The file says no version of ONNX's operators; it is not an ONNX model."
                : Invariant(
                    $"The file is of version {own[0].Version} of ONNX's operators; {MinimumOpset} to {MaximumOpset} are read."));
    }

    private nint[] SampleOf(ValueInfoProto input)
    {
        if (_options.SampleShape is { } given)
        {
            return given.Count is >= 1 and < TensorReader.MaximumAxes && given.All(length => length > 0)
                ? [.. given]
                : throw new ArgumentException(
                    $"{nameof(OnnxLoadOptions.SampleShape)} [{string.Join(", ", given)}] is not of 1 to {TensorReader.MaximumAxes - 1} "
                    + "positive lengths.");
        }

        if (input.Type?.TensorType is not { } type
            || type.ElemType is not (TensorTypes.Float or TensorTypes.Double or TensorTypes.Int64 or TensorTypes.Int32))
        {
            throw new InvalidDataException($"The input '{input.Name}' is not a tensor of numbers.");
        }

        if (type.Shape is not { Dim.Count: >= 2 and <= TensorReader.MaximumAxes } shape)
        {
            throw new InvalidDataException(
                $"The file does not tell the shape of the input '{input.Name}', of 2 to {TensorReader.MaximumAxes} axes; "
                + $"pass that of a sample as {nameof(OnnxLoadOptions.SampleShape)}.");
        }

        return shape.Dim.Skip(1).All(dimension => dimension.DimValue is > 0 and <= int.MaxValue)
            ? [.. shape.Dim.Skip(1).Select(dimension => (nint)dimension.DimValue)]
            : throw new InvalidDataException(
                $"The file leaves axes of the input '{input.Name}' open, "
                + $"[{string.Join(", ", ["N", .. shape.Dim.Skip(1).Select(dimension => Length(dimension.DimValue))])}]; "
                + $"pass the shape of a sample as {nameof(OnnxLoadOptions.SampleShape)}.");

        static string Length(long length) => length > 0 ? Invariant($"{length}") : "?";
    }

    /// <summary>Makes a network of the nodes that its output depends on.</summary>
    private Layer Assemble(NetworkValue output)
    {
        _nodes.RemoveAll(node => !ReferenceEquals(_nodesByName.GetValueOrDefault(node.Name), node)); // those that were replaced
        var needed = new HashSet<string> { output.Node };
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(_nodes[i].Name))
            {
                needed.UnionWith(_nodes[i].Inputs);
            }
        }

        GraphNode[] nodes = [.. _nodes.Where(node => needed.Contains(node.Name))];
        if (nodes.Length == 0)
        {
            return new Identity();
        }

        // The last node is the output's; nodes keep their order.
        bool isChain = nodes.Index().All(node => node.Item.Inputs is [var input]
            && input == (node.Index == 0 ? Graph.Input : nodes[node.Index - 1].Name));
        return isChain ? new Sequential([.. nodes.Select(node => (node.Name, node.Layer))]) : new Graph(nodes);
    }
}
