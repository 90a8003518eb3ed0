using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>A network whose layers form a directed acyclic graph, so that an output may have several readers.</summary>
/// <remarks>
/// <para>
/// Node i computes yᵢ = layerᵢ(Σ yⱼ) over its inputs j, in their order, where <see cref="Input"/> gives x; the output is that of the last
/// node. Nodes run in the order of the list. A <see cref="GraphNode.Combination"/> other than the sum is the product of the inputs, or
/// their concatenation.
/// </para>
/// <para>
/// Backward: node i passes dᵢ = layerᵢ's input gradient for gᵢ to each of its inputs, and gⱼ = Σ dᵢ over the readers i of node j, the last
/// of the list first. The last node's g is dy; dx is the sum for <see cref="Input"/>. A product passes dᵢ times the other input, and a
/// concatenation the part of dᵢ that belongs to the input.
/// </para>
/// <para>Shapes: those of the inputs of a node must fit its <see cref="Combination"/>.</para>
/// <para>Names: those of the nodes.</para>
/// <para>
/// This is for networks that come from elsewhere; <see cref="Sequential"/> and <see cref="Residual"/> are shorter to write, and run
/// neighbouring layers as one. They may be the layers of nodes.
/// </para>
/// </remarks>
public sealed class Graph : Layer
{
    /// <summary>The name by which nodes read the network's input.</summary>
    public const string Input = "input";

    private readonly GraphNode[] _nodes;
    private readonly Layer[] _layers;
    private readonly Parameter[] _parameters;

    // What nodes read has a slot: 0 is the network's input, i + 1 the output of node i.
    private readonly int[][] _inputs;
    private readonly int[] _lastReaders;
    private readonly int[][] _inputNumbers;
    private readonly int[][] _dependentInputs;
    private readonly InputCombiner[] _combiners;
    private readonly Tensor<float>[][] _read;
    private readonly Tensor<float>?[] _outputs;
    private readonly Tensor<float>?[] _gradients;
    private readonly int[] _passedGradients;
    private readonly ReusableTensor[] _gradientSums;

    /// <summary>Makes a network of the given nodes.</summary>
    /// <param name="nodes">The nodes, in the order in which they run, each after those that it reads; the last gives the output.</param>
    /// <exception cref="ArgumentException">
    /// There are no nodes, or a name is empty, contains '.', is <see cref="Input"/> or occurs twice, or a layer occurs twice, or a node has
    /// no inputs, reads the same input twice, or reads what is neither <see cref="Input"/> nor a node before it, or no node reads one that
    /// is not the last, or a product has more than two inputs, or a combination is not defined, or its axis is 0.
    /// </exception>
    /// <exception cref="ArgumentNullException">The list, a node, its layer or its inputs are null.</exception>
    public Graph(params IReadOnlyList<GraphNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        foreach (GraphNode node in nodes)
        {
            ArgumentNullException.ThrowIfNull(node, nameof(nodes));
            ArgumentNullException.ThrowIfNull(node.Layer, nameof(nodes));
            ArgumentNullException.ThrowIfNull(node.Inputs, nameof(nodes));
        }

        if (nodes.Count == 0)
        {
            throw new ArgumentException("A graph has at least one node.", nameof(nodes));
        }

        LayerTree.CheckNames([.. nodes.Select(node => node.Name)], nameof(nodes), Input);
        _nodes = [.. nodes.Select(node => node with { Inputs = [.. node.Inputs] })];
        _layers = [.. _nodes.Select(node => node.Layer)];
        LayerTree.CheckDistinct(_layers, nameof(nodes));
        _inputs = FindInputs(_nodes, nameof(nodes));
        _lastReaders = FindLastReaders(_nodes, _inputs, nameof(nodes));
        _parameters = [.. _layers.SelectMany(layer => layer.Parameters)];
        _inputNumbers = [.. _inputs.Select(inputs => Enumerable.Range(0, inputs.Length).ToArray())];
        _dependentInputs = FindDependentInputs(_layers, _inputs);
        _outputs = new Tensor<float>?[_nodes.Length + 1];
        _gradients = new Tensor<float>?[_nodes.Length + 1];
        _passedGradients = new int[_nodes.Length + 1];
        _combiners = [.. _nodes.Select(InputCombiner.Of)];
        _read = [.. _inputs.Select(inputs => new Tensor<float>[inputs.Length])];
        _gradientSums = [InputGradients, .. _nodes.Select(_ => new ReusableTensor())];
        DrawFrom(new NetworkMemory(this));
    }

    /// <summary>The nodes, in the order in which they run.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <inheritdoc/>
    public override IReadOnlyList<Layer> Children => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => _parameters;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input does not fit the layers, or those of a node do not fit its combination.</exception>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        LentMemory memory = Memory!.Outputs;
        Array.Clear(_outputs);
        _outputs[0] = input;
        for (int i = 0; i < _layers.Length; i++)
        {
            Tensor<float> read = Read(i);
            ReleaseInputs(i, read, input);
            Tensor<float> result = ForwardChild(_layers[i], read, pass);
            _outputs[i + 1] = result;
            memory.Release(read, result, input, _outputs);
        }

        Tensor<float> output = _outputs[^1]!;
        Array.Clear(_outputs);
        return output;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input does not fit the layers, or those of a node do not fit its combination.</exception>
    protected override Tensor<float> PredictCore(Tensor<float> input) => Memory!.Predict(this, input);

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => Backward(outputGradient, toInput: true)!;

    /// <inheritdoc/>
    protected override void BackwardToParametersCore(Tensor<float> outputGradient) => Backward(outputGradient, toInput: false);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape does not fit the layers, or those of a node do not fit its combination.</exception>
    public override nint[] OutputShape(ReadOnlySpan<nint> input) =>
        OutputShape(input.ToArray(), static (layer, shape) => layer.OutputShape(shape), nameof(input));

    /// <summary>Derives the shapes of all nodes' outputs, and returns the last.</summary>
    /// <param name="input">The input's shape.</param>
    /// <param name="outputShape">Derives the shape of a layer's output from that of its input.</param>
    /// <param name="parameter">The name of the parameter that an exception is about.</param>
    internal nint[] OutputShape(nint[] input, Func<Layer, nint[], nint[]> outputShape, string parameter)
    {
        nint[][] shapes = [input, .. _nodes.Select(_ => input)];
        for (int i = 0; i < _nodes.Length; i++)
        {
            nint[][] read = [.. _inputs[i].Select(slot => shapes[slot])];
            shapes[i + 1] = outputShape(_layers[i], read.Length == 1 ? read[0] : _combiners[i].Shape(read, parameter));
        }

        return shapes[^1];
    }

    /// <inheritdoc/>
    protected override string ChildName(int index) => _nodes[index].Name;

    private protected override bool NotifiesObservers => true;

    internal override void DrawFrom(NetworkMemory memory)
    {
        base.DrawFrom(memory);
        foreach (InputCombiner combiner in _combiners)
        {
            combiner.DrawFrom(memory);
        }

        foreach (ReusableTensor sum in _gradientSums)
        {
            sum.DrawFrom(memory.Gradients);
        }
    }

    /// <summary>Returns the slots that each node reads.</summary>
    private static int[][] FindInputs(GraphNode[] nodes, string parameter)
    {
        var slots = new Dictionary<string, int> { [Input] = 0 };
        var inputs = new int[nodes.Length][];
        for (int i = 0; i < nodes.Length; i++)
        {
            GraphNode node = nodes[i];
            string? problem = node.Inputs.Count == 0 ? "has no inputs"
                : node.Inputs.Where(name => name is null || !slots.ContainsKey(name)).ToArray() is [var unknown, ..]
                    ? $"reads '{unknown}', which is neither '{Input}' nor a node before it"
                : node.Inputs.CountBy(name => name).FirstOrDefault(count => count.Value > 1) is { Key: { } twice }
                    ? $"reads '{twice}' twice"
                : !Enum.IsDefined(node.Combination) ? $"has the combination {node.Combination}, which is not defined"
                : node is { Combination: Combination.Product, Inputs.Count: > 2 } ? "multiplies more than two inputs; chain products of two"
                : node.Axis == 0 ? "has the axis 0, which is that of the samples"
                : null;
            if (problem is not null)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Node {i}, '{node.Name}', {problem}."), parameter);
            }

            inputs[i] = [.. node.Inputs.Select(name => slots[name])];
            slots.Add(node.Name, i + 1);
        }

        return inputs;
    }

    /// <summary>Returns the last node that reads each slot; none reads the output.</summary>
    private static int[] FindLastReaders(GraphNode[] nodes, int[][] inputs, string parameter)
    {
        var readers = new int[nodes.Length + 1];
        Array.Fill(readers, -1);
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (int slot in inputs[i])
            {
                readers[slot] = i;
            }
        }

        int unread = Array.IndexOf(readers, -1);
        return unread == nodes.Length
            ? readers
            : throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"No node reads node {unread - 1}, '{nodes[unread - 1].Name}'; only the last node's output is the network's."),
                parameter);
    }

    /// <summary>Returns the numbers of those inputs of each node that depend on parameters, and so need a gradient.</summary>
    private static int[][] FindDependentInputs(Layer[] layers, int[][] inputs)
    {
        var dependent = new HashSet<int>();
        var found = new int[layers.Length][];
        for (int i = 0; i < layers.Length; i++)
        {
            found[i] = [.. Enumerable.Range(0, inputs[i].Length).Where(k => dependent.Contains(inputs[i][k]))];
            if (found[i].Length > 0 || layers[i].Parameters.Count > 0)
            {
                dependent.Add(i + 1);
            }
        }

        return found;
    }

    /// <summary>Returns what a node's layer takes: the one input, or the combination of several.</summary>
    private Tensor<float> Read(int node)
    {
        int[] inputs = _inputs[node];
        Tensor<float>[] read = _read[node];
        for (int k = 0; k < inputs.Length; k++)
        {
            read[k] = _outputs[inputs[k]]!;
        }

        return read.Length == 1 ? read[0] : _combiners[node].Forward(read);
    }

    /// <summary>Releases the inputs of a node that no later node reads, except for what the node itself reads.</summary>
    private void ReleaseInputs(int node, Tensor<float> read, Tensor<float> input)
    {
        foreach (int slot in _inputs[node])
        {
            if (_lastReaders[slot] == node)
            {
                Tensor<float> used = _outputs[slot]!;
                _outputs[slot] = null;
                Memory!.Outputs.Release(used, read, input, _outputs);
            }
        }
    }

    /// <summary>Runs backward, to the input or no further than to nodes with parameters, and frees each gradient after its use.</summary>
    /// <returns>The gradient of the input; null if it is not computed.</returns>
    private Tensor<float>? Backward(Tensor<float> outputGradient, bool toInput)
    {
        Memory!.BeginBackward(this, outputGradient);
        LentMemory memory = Memory.Gradients;
        Array.Clear(_gradients);
        Array.Clear(_passedGradients);
        _gradients[^1] = toInput || _parameters.Length > 0 ? outputGradient : null;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            if (_gradients[i + 1] is not { } gradient)
            {
                continue;
            }

            _gradients[i + 1] = null;
            int[] inputs = _inputs[i];
            int[] numbers = toInput ? _inputNumbers[i] : _dependentInputs[i];
            if (numbers.Length == 0)
            {
                BackwardChildToParameters(_layers[i], gradient);
                memory.Release(gradient, outputGradient, outputGradient, _gradients);
                continue;
            }

            Tensor<float> passed = BackwardChild(_layers[i], gradient);
            memory.Release(gradient, passed, outputGradient, _gradients);
            foreach (int k in numbers)
            {
                Tensor<float> part = inputs.Length == 1 ? passed : _combiners[i].Backward(passed, _read[i], k);
                AddGradient(inputs[k], part, outputGradient);
                memory.Release(part, passed, outputGradient, _gradients);
            }

            memory.Release(passed, outputGradient, outputGradient, _gradients);
        }

        Tensor<float>? inputGradient = _gradients[0];
        _gradients[0] = null;
        return inputGradient;
    }

    /// <summary>Adds what a reader passes back to the gradient of what it read.</summary>
    private void AddGradient(int slot, Tensor<float> passed, Tensor<float> outputGradient)
    {
        int number = ++_passedGradients[slot];
        if (_gradients[slot] is not { } before)
        {
            _gradients[slot] = passed;
            return;
        }

        // What a reader passed may be the gradient of its other inputs too, so that the first sum needs memory of its own.
        Tensor<float> sum = number > 2 ? before : _gradientSums[slot].Get(passed.Lengths);
        Sum.Apply(before.Elements(), passed.Elements(), relu: false, sum.Elements());
        _gradients[slot] = sum;
        Memory!.Gradients.Release(before, passed, outputGradient, _gradients);
    }
}
