using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

/// <summary>Networks whose layers form a graph.</summary>
[Collection(nameof(ProcessWideState))]
public class GraphTests
{
    private const int Batch = 6;
    private const int Width = 16;

    [Fact]
    public void A_chain_has_the_bits_of_a_Sequential()
    {
        AssertSame(
            random => new Sequential(Linear(random), Norm(), new Relu(), Linear(random), new Tanh()),
            random => new Graph(
                new("a", Linear(random), Graph.Input),
                new("b", Norm(), "a"),
                new("c", new Relu(), "b"),
                new("d", Linear(random), "c"),
                new("e", new Tanh(), "d")));
    }

    [Fact]
    public void A_sum_has_the_bits_of_a_Residual()
    {
        AssertSame(
            random => new Sequential(
                new Tanh(),
                new Residual(new Sequential(Linear(random), Norm(), new Relu(), Linear(random), Norm()), activation: new Relu()),
                new Residual(new Sequential(Linear(random), Norm()), Linear(random), new Relu()),
                Linear(random)),
            random => new Graph(
                new("tanh", new Tanh(), Graph.Input),
                new("linear1", Linear(random), "tanh"),
                new("norm1", Norm(), "linear1"),
                new("relu1", new Relu(), "norm1"),
                new("linear2", Linear(random), "relu1"),
                new("norm2", Norm(), "linear2"),
                new("relu2", new Relu(), "norm2", "tanh"),
                new("linear3", Linear(random), "relu2"),
                new("norm3", Norm(), "linear3"),
                new("skipped", Linear(random), "relu2"),
                new("relu3", new Relu(), "norm3", "skipped"),
                new("last", Linear(random), "relu3")));
    }

    [Fact]
    public void Graphs_may_be_inside_other_networks_and_each_other()
    {
        AssertSame(
            random => new Sequential(Residual(random, Norm()), Residual(random, new Tanh()), Linear(random)),
            random => new Sequential(
                Residual(random, new Graph(new GraphNode("only", Norm(), Graph.Input))),
                new Graph(
                    new("body", new Graph(new("linear", Linear(random), Graph.Input), new("tanh", new Tanh(), "linear")), Graph.Input),
                    new("relu", new Relu(), "body", Graph.Input)),
                Linear(random)));

        static Residual Residual(RandomSource random, Layer last) => new(new Sequential(Linear(random), last), activation: new Relu());
    }

    [Fact]
    public void Gradients_of_several_readers_are_those_of_finite_differences()
    {
        var random = new RandomSource(3);
        var graph = new Graph(
            new("a", new Linear(3, 3, random), Graph.Input),
            new("b", new Linear(3, 3, random), "a"),
            new("c", new Sigmoid(), "a", Graph.Input),
            new("d", new Tanh(), "a", "b", "c"),
            new("e", new Linear(3, 2, random), "d"));
        IReadOnlyList<GradientError> errors = GradientCheck.Check(graph, TestData.Tensor(TestData.Uniform(12, seed: 1), 4, 3));
        Assert.Equal(
            ["input", "a.weight", "a.bias", "b.weight", "b.bias", "e.weight", "e.bias"], errors.Select(error => error.Name));
        Assert.All(errors, error => Assert.InRange(error.RelativeError, 0, 1e-3));
    }

    [Fact]
    public void Any_graph_has_the_bits_of_its_layers_one_by_one()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            Graph graph = new(RandomNodes(seed)), toParameters = new(RandomNodes(seed));
            IReadOnlyList<GraphNode> alone = RandomNodes(seed);
            Parameter[] expected = [.. alone.SelectMany(node => node.Layer.Parameters)];
            for (int step = 0; step < 3; step++)
            {
                Tensor<float> input = Values(seed + step);
                Tensor<float>[] outputs = Forward(alone, input, Pass.Inference);
                AssertSameBits([.. outputs[^1]], [.. graph.Predict(input)]);
                AssertSameBits([.. outputs[^1]], [.. graph.Forward(input, Pass.Inference)]);

                outputs = Forward(alone, input, Pass.Training);
                Tensor<float> gradient = Values(seed + step + 1000);
                AssertSameBits([.. outputs[^1]], [.. graph.Forward(input, Pass.Training)]);
                AssertSameBits([.. Backward(alone, gradient)], [.. graph.Backward(gradient)]);
                toParameters.Forward(input, Pass.Training);
                toParameters.BackwardToParameters(gradient);
                for (int i = 0; i < expected.Length; i++)
                {
                    AssertSameBits(expected[i].Gradients, graph.Parameters[i].Gradients);
                    AssertSameBits(expected[i].Gradients, toParameters.Parameters[i].Gradients);
                }
            }
        }
    }

    [Fact]
    public void What_it_returns_may_be_what_it_is_given_next()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var graph = new Graph(RandomNodes(seed));
            float[] once = [.. graph.Predict(Values(seed))];
            float[] twice = [.. graph.Predict(TestData.Tensor(once, Batch, Width))];
            AssertSameBits(twice, [.. graph.Predict(graph.Predict(Values(seed)))]);

            graph.Forward(Values(seed), Pass.Inference);
            once = [.. graph.Backward(Values(seed))];
            twice = [.. graph.Backward(TestData.Tensor(once, Batch, Width))];
            AssertSameBits(twice, [.. graph.Backward(graph.Backward(Values(seed)))]);
        }
    }

    [Fact]
    public void A_chain_of_any_length_holds_two_tensors_and_one_of_blocks_at_most_four()
    {
        var random = new RandomSource(1);
        AssertHeld(2, new Graph([.. Enumerable.Range(0, 20).Select(i => new GraphNode($"{i}", new Tanh(), Before(i)))]));
        foreach (int blocks in (int[])[2, 12])
        {
            AssertHeld(4, new Graph([.. Enumerable.Range(0, blocks).SelectMany(i => (GraphNode[])
            [
                new($"left{i}", Linear(random), i == 0 ? Graph.Input : $"{i - 1}"),
                new($"right{i}", new Tanh(), i == 0 ? Graph.Input : $"{i - 1}"),
                new($"{i}", new Sigmoid(), $"left{i}", $"right{i}"),
            ])]));
        }

        static string Before(int i) => i == 0 ? Graph.Input : $"{i - 1}";

        static void AssertHeld(int tensors, Graph graph)
        {
            for (int i = 0; i < 3; i++)
            {
                graph.Predict(Values(seed: i));
                graph.Forward(Values(seed: i), Pass.Training);
                graph.Backward(Values(seed: i));
                long bytes = tensors * Batch * Width * sizeof(float);
                Assert.InRange(graph.Memory!.Outputs.Bytes, 0, bytes);
                Assert.InRange(graph.Memory!.Gradients.Bytes, 0, bytes);
            }
        }
    }

    [Fact]
    public void A_step_and_a_prediction_allocate_nothing()
    {
        for (int seed = 0; seed < 5; seed++)
        {
            // Without layers that make tensors.
            var graph = new Graph(RandomNodes(seed, kinds: 6));
            var trainer = new Trainer<int>(graph, new SoftmaxCrossEntropy(), new Sgd(0.01));
            Tensor<float> input = Values(seed);
            Tensor<float> fewer = TestData.Tensor(TestData.Uniform(3 * Width, seed), 3, Width);
            Tensor<int> classes = TestData.Tensor(new int[Batch], Batch);
            Steps(4);
            Assert.Equal(0, AllocatedBytes(() => Steps(10)));

            void Steps(int count)
            {
                for (int i = 0; i < count; i++)
                {
                    trainer.Step(input, classes);
                    graph.Predict(i % 2 == 0 ? input : fewer);
                    graph.Forward(input, Pass.Training);
                    graph.Backward(input);
                }
            }
        }
    }

    [Fact]
    public void Gradients_that_no_parameter_needs_are_not_computed()
    {
        var random = new RandomSource(1);
        Counting first = new(), beside = new(), behind = new();
        var graph = new Graph(
            new("first", first, Graph.Input),
            new("beside", beside, "first"),
            new("linear", Linear(random), "first"),
            new("behind", behind, "beside", "linear"),
            new("last", new Tanh(), "behind", "first"));
        graph.Forward(Values(1), Pass.Training);
        graph.BackwardToParameters(Values(2));
        Assert.Equal((0, 0, 1), (first.Backwards, beside.Backwards, behind.Backwards));
        graph.Backward(Values(2));
        Assert.Equal((1, 1, 2), (first.Backwards, beside.Backwards, behind.Backwards));

        var without = new Graph(new("a", first, Graph.Input), new("b", beside, "a"));
        without.Forward(Values(1), Pass.Training);
        without.BackwardToParameters(Values(2));
        Assert.Equal((1, 1), (first.Backwards, beside.Backwards));
    }

    [Fact]
    public void A_prediction_or_a_refused_input_leaves_nothing_to_differentiate()
    {
        var graph = new Graph(RandomNodes(1));
        graph.Predict(Values(1));
        Assert.Contains("prediction", Assert.Throws<InvalidOperationException>(() => graph.Backward(Values(2))).Message);
        graph.Forward(Values(1), Pass.Training);
        Assert.Throws<ArgumentException>(() => graph.Predict(TestData.Tensor(new float[6], 6, 1)));
        Assert.Throws<InvalidOperationException>(() => graph.BackwardToParameters(Values(2)));
        graph.Forward(Values(1), Pass.Training);
        float[] expected = [.. graph.Backward(Values(2))];
        graph.Forward(Values(1), Pass.Training);
        AssertSameBits(expected, [.. graph.Backward(Values(2))]);
    }

    [Fact]
    public void Names_its_layers_and_parameters()
    {
        Graph graph = Diamond();
        Assert.Equal(["", "a", "inner", "inner.0", "inner.1", "last"], graph.NamedLayers().Select(named => named.Path));
        Assert.Equal(
            ["a.weight", "a.bias", "inner.0.weight", "inner.0.bias"], graph.NamedParameters().Select(named => named.Path));
        Assert.Equal(graph.Parameters, graph.NamedParameters().Select(named => named.Parameter));
        Assert.Equal(graph.Nodes.Select(node => node.Layer), graph.Children);
        Assert.Equal(["a", "inner", Graph.Input], graph.Nodes[2].Inputs);
    }

    [Fact]
    public void The_nodes_do_not_change_with_the_lists_that_it_was_made_of()
    {
        List<string> inputs = [Graph.Input];
        List<GraphNode> nodes = [new("a", new Tanh(), inputs)];
        var graph = new Graph(nodes);
        nodes.Clear();
        inputs.Clear();
        Assert.Equal([Graph.Input], Assert.Single(graph.Nodes).Inputs);
    }

    [Fact]
    public void Is_summarized_with_shapes()
    {
        Assert.Equal(
            """
            path     layer       output   parameters
                     Graph       [2, 16]
            a        Linear      [2, 16]         272
            inner    Sequential  [2, 16]
            inner.0  BatchNorm   [2, 16]          32
            inner.1  Relu        [2, 16]              fused into inner.0
            last     Tanh        [2, 16]
            304 trainable parameters, 0 others
            """,
            NetworkSummary.Of(Diamond(), 2, Width).ToString());
        Assert.Equal([2, Width], Diamond().OutputShape([2, Width]));
    }

    [Fact]
    public void Observers_see_each_layer_once_and_change_no_bit()
    {
        Graph graph = Diamond(), unobserved = Diamond();
        var calls = new List<string>();
        foreach ((string path, Layer layer) in graph.NamedLayers())
        {
            layer.Observe((_, _, _) => calls.Add($"{path} forward"), (_, _, dx) => calls.Add($"{path} {(dx is null ? "ends" : "back")}"));
        }

        AssertSameBits(Step(unobserved), Step(graph));
        Assert.Equal(
            [
                "a forward", "inner.0 forward", "inner.1 forward", "inner forward", "last forward", " forward",
                "last back", "inner.1 back", "inner.0 back", "inner back", "a back", " back",
            ],
            calls);
        calls.Clear();
        graph.BackwardToParameters(Values(2));
        Assert.Equal(["last back", "inner.1 back", "inner.0 back", "inner back", "a ends", " ends"], calls);

        calls.Clear();
        new Sequential(graph, new Tanh()).Forward(Values(1), Pass.Inference);
        Assert.Single(calls, " forward");

        static float[] Step(Graph graph) => [.. graph.Forward(Values(1), Pass.Training), .. graph.Backward(Values(2))];
    }

    [Fact]
    public void Refuses_what_is_no_graph()
    {
        Relu relu = new();
        GraphNode first = new("first", new Tanh(), Graph.Input);
        AssertRefused<ArgumentNullException>(() => new Graph(null!), "nodes");
        AssertRefused<ArgumentNullException>(() => new Graph(first, null!), "nodes");
        AssertRefused<ArgumentNullException>(() => new Graph(new GraphNode("a", null!, Graph.Input)), "nodes");
        AssertRefused<ArgumentNullException>(() => new Graph(new GraphNode("a", relu, null!)), "nodes");
        AssertRefused<ArgumentException>(() => new Graph(), "nodes", "at least one node");
        AssertRefused<ArgumentException>(() => new Graph(first, new(" ", relu, "first")), "nodes", "Layer 1 has an empty name.");
        AssertRefused<ArgumentException>(() => new Graph(first, new(null!, relu, "first")), "nodes", "Layer 1 has an empty name.");
        AssertRefused<ArgumentException>(() => new Graph(first, new("a.b", relu, "first")), "nodes", "Layer 1", "'a.b'", "separates");
        AssertRefused<ArgumentException>(() => new Graph(first, new("first", relu, "first")), "nodes", "Layer 1", "must differ");
        AssertRefused<ArgumentException>(
            () => new Graph(first, new("input", relu, "first")), "nodes", "Layer 1", "'input', as the network's input is");
        AssertRefused<ArgumentException>(
            () => new Graph(first, new("a", relu, "first"), new("b", relu, "a")), "nodes", "A Relu occurs twice");
        AssertRefused<ArgumentException>(() => new Graph(first, new("a", relu)), "nodes", "Node 1, 'a', has no inputs.");
        AssertRefused<ArgumentException>(
            () => new Graph(first, new("a", relu, "first", "else")), "nodes", "Node 1, 'a', reads 'else', which is neither 'input' nor");
        AssertRefused<ArgumentException>(() => new Graph(first, new("a", relu, "first", null!)), "nodes", "Node 1, 'a', reads ''");
        AssertRefused<ArgumentException>(() => new Graph(new GraphNode("a", relu, "a")), "nodes", "Node 0, 'a', reads 'a'");
        AssertRefused<ArgumentException>(
            () => new Graph(new("a", relu, "first"), first), "nodes", "Node 0, 'a', reads 'first', which is neither");
        AssertRefused<ArgumentException>(
            () => new Graph(first, new("a", relu, "first", "input", "first")), "nodes", "Node 1, 'a', reads 'first' twice.");
        AssertRefused<ArgumentException>(
            () => new Graph(first, new("a", relu, Graph.Input)), "nodes", "No node reads node 0, 'first'");
    }

    [Fact]
    public void Refuses_sums_of_different_shapes()
    {
        var random = new RandomSource(1);
        var graph = new Graph(new("a", new Linear(4, 3, random), Graph.Input), new("b", new Tanh(), "a", Graph.Input));
        AssertInputRefused(graph, [6, 4], "'b' reads the sum of 'a' [6, 3] and 'input' [6, 4]");
        AssertRefused<ArgumentException>(() => graph.OutputShape([6, 4]), "input", "'b' reads the sum of 'a' [6, 3]");
        AssertRefused<ArgumentException>(() => NetworkSummary.Of(graph, 6, 4), "inputShape", "'b' reads the sum of 'a' [6, 3]");
        AssertRefused<ArgumentException>(() => NetworkSummary.Of(graph, 6, 5), "inputShape", "a, a Linear");
        Assert.Throws<InvalidOperationException>(() => Diamond().Backward(Zeros([6, Width])));
        Graph diamond = Diamond();
        diamond.Forward(Values(1), Pass.Training);
        AssertRefused<ArgumentException>(() => diamond.Backward(Zeros([6, 3])), "outputGradient", "[6, 3]", "[6, 16]");
    }

    /// <summary>Checks that two networks with the same weights give the same bits in every pass.</summary>
    private static void AssertSame(Func<RandomSource, Layer> makeExpected, Func<RandomSource, Layer> make)
    {
        Layer expected = makeExpected(new RandomSource(1)), actual = make(new RandomSource(1));
        for (int step = 0; step < 3; step++)
        {
            Tensor<float> input = Values(step), gradient = Values(step + 10);
            AssertSameBits([.. expected.Forward(input, Pass.Training)], [.. actual.Forward(input, Pass.Training)]);
            AssertSameBits([.. expected.Backward(gradient)], [.. actual.Backward(gradient)]);
            AssertSameGradients();
            expected.BackwardToParameters(gradient);
            actual.BackwardToParameters(gradient);
            AssertSameGradients();
            float[] predicted = [.. expected.Predict(input)];
            AssertSameBits(predicted, [.. actual.Predict(input)]);
            AssertSameBits(predicted, [.. actual.Forward(input, Pass.Inference)]);
        }

        void AssertSameGradients()
        {
            foreach ((Parameter a, Parameter b) in expected.Parameters.Zip(actual.Parameters, (a, b) => (a, b)))
            {
                AssertSameBits(a.Gradients, b.Gradients);
            }
        }
    }

    /// <summary>Runs nodes without a graph, with a copy of all that each returns.</summary>
    private static Tensor<float>[] Forward(IReadOnlyList<GraphNode> nodes, Tensor<float> input, Pass pass)
    {
        var outputs = new Dictionary<string, Tensor<float>> { [Graph.Input] = input };
        foreach (GraphNode node in nodes)
        {
            Tensor<float> sum = node.Inputs.Select(name => outputs[name]).Aggregate(Add);
            outputs.Add(node.Name, Copy(node.Layer.Forward(sum, pass)));
        }

        return [.. nodes.Select(node => outputs[node.Name])];
    }

    private static Tensor<float> Backward(IReadOnlyList<GraphNode> nodes, Tensor<float> outputGradient)
    {
        var gradients = new Dictionary<string, Tensor<float>> { [nodes[^1].Name] = outputGradient };
        foreach (GraphNode node in nodes.Reverse())
        {
            Tensor<float> passed = Copy(node.Layer.Backward(gradients[node.Name]));
            foreach (string name in node.Inputs)
            {
                gradients[name] = gradients.TryGetValue(name, out Tensor<float>? before) ? Add(before, passed) : passed;
            }
        }

        return gradients[Graph.Input];
    }

    /// <summary>Nodes of all kinds of layers, each with one to three inputs; the last reads all that no other does.</summary>
    private static GraphNode[] RandomNodes(int seed, int kinds = 8)
    {
        var choice = new Random(seed);
        var random = new RandomSource((ulong)seed);
        int count = 1 + choice.Next(12);
        List<string> names = [Graph.Input], unread = [];
        var nodes = new List<GraphNode>();
        for (int i = 0; i < count; i++)
        {
            string[] inputs = i == count - 1 && unread.Count > 0
                ? [.. unread]
                : [.. names.OrderBy(_ => choice.Next()).Take(1 + choice.Next(3))];
            Layer layer = choice.Next(kinds) switch
            {
                0 => Linear(random),
                1 => Norm(),
                2 => new Tanh(),
                3 => new Relu(),
                4 => new Residual(new Sequential(Linear(random), Norm()), activation: new Relu()),
                5 => new Graph(
                    new("a", Linear(random), Graph.Input),
                    new("b", new Tanh(), Graph.Input),
                    new("c", new Sigmoid(), "a", "b", Graph.Input)),
                6 => new Passing(),
                _ => new Counting(),
            };
            string name = $"{i}";
            nodes.Add(new GraphNode(name, layer, inputs));
            unread.RemoveAll(inputs.Contains);
            unread.Add(name);
            names.Add(name);
        }

        return [.. nodes];
    }

    private static Graph Diamond() => new(
        new("a", Linear(new RandomSource(1)), Graph.Input),
        new("inner", new Sequential(Norm(), new Relu()), "a"),
        new("last", new Tanh(), "a", "inner", Graph.Input));

    private static Linear Linear(RandomSource random) => new(Width, Width, random);

    private static BatchNorm Norm() => new(Width);

    private static Tensor<float> Values(int seed) => TestData.Tensor(TestData.Uniform(Batch * Width, seed), Batch, Width);

    private static Tensor<float> Copy(Tensor<float> tensor) => TestData.Tensor([.. tensor], tensor.Lengths);

    private static Tensor<float> Add(Tensor<float> a, Tensor<float> b) => TestData.Tensor([.. a.Zip(b, (x, y) => x + y)], a.Lengths);

    /// <summary>A layer that returns what it is given.</summary>
    private sealed class Passing : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => input;

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => outputGradient;
    }

    /// <summary>A layer that returns another tensor in the memory that it is given, and counts its backward passes.</summary>
    private sealed class Counting : Layer
    {
        public int Backwards { get; private set; }

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => Reshape(input);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
        {
            Backwards++;
            return Reshape(outputGradient);
        }

        private static Tensor<float> Reshape(Tensor<float> tensor) =>
            Tensor.Reshape(Tensor.Reshape(tensor, [tensor.FlattenedLength]), [.. tensor.Lengths]);
    }
}
