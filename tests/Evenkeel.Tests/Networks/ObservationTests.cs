using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Networks;

/// <summary>Observers see what passes a layer, and change no bit of it.</summary>
[Collection(nameof(ProcessWideState))]
public class ObservationTests
{
    private const int Samples = 4;

    private static readonly Dictionary<string, (Func<Sequential> Make, nint[] Shape)> Networks = new()
    {
        ["perceptron"] = (Perceptron, [Samples, 6]),
        ["convolutional"] = (Convolutional, [Samples, 8, 8, 2]),
        ["residual"] = (
            () => ResidualNetwork.Create(2, 3, new RandomSource(1), new() { Blocks = 1, Normalization = Batch }), [Samples, 8, 8, 2]),
        ["blocks"] = (Blocks, [Samples, 6]),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Observers_of_any_layer_leave_every_bit_as_it_is(string name)
    {
        (Func<Sequential> make, nint[] shape) = Networks[name];
        float[] expected = Run(make(), shape, null, null);
        string[] paths = [.. make().NamedLayers().Select(named => named.Path)];
        Assert.Contains(make().NamedLayers(), named => named.Layer is Sequential network && network.Steps.Count < network.Layers.Count);
        foreach (string[] observed in (string[][])[paths, .. paths.Select(path => (string[])[path])])
        {
            Sequential network = make();
            int calls = 0;
            IDisposable[] observations = Observe(network, observed, () => calls++);
            AssertSameBits(expected, Run(network, shape, null, null));
            Assert.True(calls >= observed.Length, $"{observed[0]}: {calls} calls");

            // An observation that begins or ends between the passes of a step.
            Array.ForEach(observations, observation => observation.Dispose());
            network = make();
            AssertSameBits(expected, Run(network, shape, () => observations = Observe(network, observed, () => calls++), Dispose));
            network = make();
            observations = Observe(network, observed, () => calls++);
            AssertSameBits(expected, Run(network, shape, Dispose, () => observations = Observe(network, observed, () => calls++)));

            void Dispose() => Array.ForEach(observations, observation => observation.Dispose());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Observers_see_what_layers_give_one_by_one(string name)
    {
        (Func<Sequential> make, nint[] shape) = Networks[name];
        Sequential network = make(), alone = make();
        var outputs = new Dictionary<string, float[]>();
        var gradients = new Dictionary<string, float[]>();
        foreach ((string path, Layer layer) in network.NamedLayers())
        {
            layer.Observe(
                (_, _, output) => outputs.Add(path, [.. output]), (_, _, inputGradient) => gradients.Add(path, [.. inputGradient!]));
        }

        Tensor<float> input = Input(shape);
        network.Forward(input, Pass.Training);
        network.Backward(Gradient(network, shape));

        var expectedOutputs = new Dictionary<string, float[]>();
        var expectedGradients = new Dictionary<string, float[]>();
        var paths = alone.NamedLayers().ToDictionary(named => named.Layer, named => named.Path);
        Forward(alone, input);
        Backward(alone, Gradient(network, shape));
        AssertSame(expectedOutputs, outputs);
        AssertSame(expectedGradients, gradients);

        Tensor<float> Forward(Layer layer, Tensor<float> x)
        {
            Tensor<float> output = layer switch
            {
                Sequential sequential => sequential.Layers.Aggregate(x, (value, inner) => Forward(inner, value)),
                Residual { Activation: { } relu } block => Forward(relu, Add(Forward(block.Body, x), Shortcut(block, x))),
                Residual block => Add(Forward(block.Body, x), Shortcut(block, x)),
                _ => Copy(layer.Forward(x, Pass.Training)),
            };
            expectedOutputs.Add(paths[layer], [.. output]);
            return output;
        }

        Tensor<float> Shortcut(Residual block, Tensor<float> x) => block.Shortcut is null ? x : Forward(block.Shortcut, x);

        Tensor<float> Backward(Layer layer, Tensor<float> dy)
        {
            Tensor<float> gradient;
            if (layer is Residual block)
            {
                Tensor<float> sum = block.Activation is null ? dy : Backward(block.Activation, dy);
                gradient = Add(Backward(block.Body, sum), block.Shortcut is null ? sum : Backward(block.Shortcut, sum));
            }
            else
            {
                gradient = layer is Sequential sequential
                    ? sequential.Layers.Reverse().Aggregate(dy, (value, inner) => Backward(inner, value))
                    : Copy(layer.Backward(dy));
            }

            expectedGradients.Add(paths[layer], [.. gradient]);
            return gradient;
        }

        static void AssertSame(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
        {
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
            Assert.All(expected, pair => AssertSameBits(pair.Value, actual[pair.Key]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_prediction_is_observed_with_the_outputs_of_a_pass_of_inference(string name)
    {
        (Func<Sequential> make, nint[] shape) = Networks[name];
        Sequential network = make();
        var seen = new List<(string Path, float[] Input, float[] Output)>();
        foreach ((string path, Layer layer) in network.NamedLayers())
        {
            layer.Observe((_, input, output) => seen.Add((path, [.. input], [.. output])));
        }

        network.Forward(Input(shape), Pass.Inference);
        (string Path, float[] Input, float[] Output)[] expected = [.. seen];
        seen.Clear();
        network.Predict(Input(shape));

        Assert.Equal(expected.Select(call => call.Path), seen.Select(call => call.Path));
        foreach (var (first, second) in expected.Zip(seen))
        {
            AssertSameBits(first.Input, second.Input);
            AssertSameBits(first.Output, second.Output);
        }
    }

    [Fact]
    public void Layers_that_run_one_by_one_hold_one_block_more_however_many_there_are()
    {
        var network = new Sequential([.. Enumerable.Range(0, 10).SelectMany(_ => (Layer[])[new BatchNorm(6), new Relu()])]);
        foreach (Layer layer in network.Layers)
        {
            layer.Observe((_, _, _) => { });
        }

        network.Predict(Input([Samples, 6]));
        network.Forward(Input([Samples, 6]), Pass.Training);
        network.Backward(Input([Samples, 6]));
        Assert.Equal(3 * Samples * 6 * sizeof(float), network.Memory!.Outputs.Bytes);
        Assert.Equal(3 * Samples * 6 * sizeof(float), network.Memory.Gradients.Bytes);
    }

    [Fact]
    public void Observers_are_called_in_the_order_in_which_the_layers_run()
    {
        var random = new RandomSource(1);
        var network = new Sequential(
            ("inner", new Sequential(new BatchNorm(3), new Relu())),
            ("block", new Residual(new Sequential(new Tanh(), new BatchNorm(3)), new Linear(3, 3, random), new Relu())));
        var calls = new List<string>();
        foreach ((string path, Layer layer) in network.NamedLayers())
        {
            layer.Observe(
                (observed, _, _) =>
                {
                    Assert.Same(layer, observed);
                    calls.Add(path);
                },
                (_, _, inputGradient) => calls.Add(path + (inputGradient is null ? " without" : "")));
        }

        network.Forward(Input([Samples, 3]), Pass.Training);
        Assert.Equal(
            [
                "inner.0", "inner.1", "inner",
                "block.shortcut", "block.body.0", "block.body.1", "block.body", "block.activation", "block", "",
            ],
            calls);
        calls.Clear();
        network.BackwardToParameters(Input([Samples, 3]));
        Assert.Equal(
            [
                "block.activation", "block.body.1", "block.body.0", "block.body", "block.shortcut", "block",
                "inner.1", "inner.0 without", "inner without", " without",
            ],
            calls);
    }

    [Fact]
    public void Layers_before_the_first_with_parameters_get_no_gradient_in_training()
    {
        var calls = new List<string>();
        var network = new Sequential(("tanh", new Tanh()), ("linear", new Linear(3, 2, new RandomSource(1))));
        foreach ((string path, Layer layer) in network.NamedLayers())
        {
            layer.Observe(backward: (_, _, inputGradient) => calls.Add($"{path}:{inputGradient is null}"));
        }

        network.Forward(Input([Samples, 3]), Pass.Training);
        network.BackwardToParameters(Input([Samples, 2]));
        Assert.Equal(["linear:True", ":True"], calls);
        network.Backward(Input([Samples, 2]));
        Assert.Equal(["linear:False", "tanh:False", ":False"], calls[2..]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_observation_that_begins_after_the_forward_pass_sees_the_backward_pass(string name)
    {
        (Func<Sequential> make, nint[] shape) = Networks[name];
        foreach (string path in make().NamedLayers().Select(named => named.Path))
        {
            AssertSameBits(Gradients(path, early: true), Gradients(path, early: false));
        }

        float[] Gradients(string path, bool early)
        {
            Sequential network = make();
            var seen = new List<float>();
            if (early)
            {
                Observe();
            }

            network.Forward(Input(shape), Pass.Training);
            if (!early)
            {
                Observe();
            }

            network.Backward(Gradient(network, shape));
            Assert.NotEmpty(seen);
            return [.. seen];

            void Observe() => network.LayerAt(path).Observe(backward: (_, outputGradient, inputGradient) =>
            {
                seen.AddRange(outputGradient);
                seen.AddRange(inputGradient!);
            });
        }
    }

    [Fact]
    public void An_observation_ends_when_disposed_and_layers_run_as_one_again()
    {
        var network = new Sequential(new BatchNorm(3), new Relu());
        var pair = (RectifiedLayer)network.Steps[0];
        var calls = new List<int>();
        IDisposable first = network.Layers[1].Observe((_, _, _) => calls.Add(1)), second = null!;
        second = network.Layers[1].Observe((_, _, _) =>
        {
            calls.Add(2);
            second.Dispose();
        });
        network.Layers[1].Observe((_, _, _) => calls.Add(3)).Dispose();
        Assert.False(pair.IsFused);
        network.Forward(Input([Samples, 3]), Pass.Training);
        network.Forward(Input([Samples, 3]), Pass.Training);
        Assert.Equal([1, 2, 1], calls);
        first.Dispose();
        first.Dispose();
        network.Forward(Input([Samples, 3]), Pass.Training);
        Assert.Equal(3, calls.Count);
        Assert.True(pair.IsFused);
    }

    [Fact]
    public void A_single_layer_is_observed_where_a_container_runs_it()
    {
        int calls = 0;
        var linear = new Linear(3, 3, new RandomSource(1));
        linear.Observe((_, _, _) => calls++, (_, _, _) => calls++);
        linear.Forward(Input([Samples, 3]), Pass.Training);
        Assert.Equal(0, calls);

        var container = new Container(linear);
        container.Observe((_, _, _) => calls += 10, (_, _, _) => calls += 10);
        container.Forward(Input([Samples, 3]), Pass.Training);
        container.Backward(Input([Samples, 3]));
        Assert.Equal(2, calls);
        var network = new Sequential(container);
        network.Forward(Input([Samples, 3]), Pass.Training);
        network.BackwardToParameters(Input([Samples, 3]));
        Assert.Equal(24, calls);
    }

    [Fact]
    public void A_step_allocates_nothing_with_observers_and_without()
    {
        Sequential network = Perceptron();
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1));
        var classes = TestData.Tensor(new int[Samples], Samples);
        Tensor<float> input = Input([Samples, 6]);
        int calls = 0;
        IDisposable[] observations = Observe(network, [.. network.NamedLayers().Select(named => named.Path)], () => calls++);
        Steps(4);
        Assert.Equal(0, AllocatedBytes(() => Steps(10)));
        Array.ForEach(observations, observation => observation.Dispose());
        Steps(4);
        int before = calls;
        Assert.Equal(0, AllocatedBytes(() => Steps(10)));
        Assert.Equal(before, calls);

        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                trainer.Step(input, classes);
                network.Predict(input);
            }
        }
    }

    [Fact]
    public void Refuses_an_observation_without_observers() =>
        AssertRefused<ArgumentException>(() => new Relu().Observe(), "forward", "nothing to call");

    private static IDisposable[] Observe(Sequential network, string[] paths, Action call) =>
        [.. paths.Select(path => network.LayerAt(path).Observe((_, _, _) => call(), (_, _, _) => call()))];

    /// <summary>All results of a prediction, a step with gradients of the input, and one without.</summary>
    private static float[] Run(Sequential network, nint[] shape, Action? afterForward, Action? afterBackward)
    {
        var results = new List<float>();
        Tensor<float> input = Input(shape), gradient = Gradient(network, shape);
        for (int step = 0; step < 2; step++)
        {
            results.AddRange(network.Predict(input));
            results.AddRange(network.Forward(input, Pass.Training));
            afterForward?.Invoke();
            results.AddRange(network.Backward(gradient));
            afterBackward?.Invoke();
            results.AddRange(network.Forward(input, Pass.Training));
            afterForward?.Invoke();
            network.BackwardToParameters(gradient);
            afterBackward?.Invoke();
            results.AddRange(network.Parameters.SelectMany(parameter => parameter.Gradient));
        }

        return [.. results];
    }

    private static Tensor<float> Input(nint[] shape) =>
        TestData.Tensor(TestData.Uniform((int)TensorPrimitives.Product<nint>(shape), seed: 1), shape);

    private static Tensor<float> Gradient(Sequential network, nint[] shape)
    {
        nint[] output = network.OutputShape(shape);
        return TestData.Tensor(TestData.Uniform((int)TensorPrimitives.Product<nint>(output), seed: 2), output);
    }

    private static Tensor<float> Copy(Tensor<float> tensor) => TestData.Tensor([.. tensor], tensor.Lengths);

    private static Tensor<float> Add(Tensor<float> a, Tensor<float> b) =>
        TestData.Tensor([.. a.Zip(b, (x, y) => x + y)], a.Lengths);

    private static BatchNorm Batch(Conv2d convolution) => new(convolution.Outputs, new() { ChannelAxis = -1 });

    private static Sequential Perceptron() => MultilayerPerceptron.Create(
        6, [7, 5], 3, new RandomSource(1), new() { Normalization = linear => new BatchNorm(linear.Outputs) });

    private static Sequential Convolutional()
    {
        var random = new RandomSource(1);
        var first = new Conv2d(2, 4, 3, random, new() { Padding = 1, ChannelAxis = -1 });
        var second = new Conv2d(4, 4, 3, random, new() { ChannelAxis = -1 });
        return new Sequential(
            first, new GroupNorm(2, 4, new() { ChannelAxis = -1 }), new Relu(), new MaxPool2d(2, channelAxis: -1),
            second, new Relu(), new Flatten(), new Linear(16, 3, random));
    }

    /// <summary>Blocks whose bodies end in each way: with an epilogue, in a Sequential inside, and without.</summary>
    private static Sequential Blocks()
    {
        var random = new RandomSource(1);
        return new Sequential(
            new Linear(6, 6, random), new Sequential(new Tanh(), new BatchNorm(6)), new Relu(),
            new Residual(new Sequential(new Linear(6, 6, random), new Sequential(new BatchNorm(6))), activation: new Relu()),
            new Residual(new Sequential(new Linear(6, 6, random), new BatchNorm(6))),
            new Residual(new Linear(6, 6, random), new Sequential(new BatchNorm(6), new Relu()), new Relu()),
            new Residual(new BatchNorm(6), new Tanh(), new Relu()));
    }

    private sealed class Container(Layer inner) : Layer
    {
        public override IReadOnlyList<Layer> Children => [inner];

        public override IReadOnlyList<Parameter> Parameters => inner.Parameters;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => ForwardChild(inner, input, pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => BackwardChild(inner, outputGradient);

        protected override void BackwardToParametersCore(Tensor<float> outputGradient) => BackwardChildToParameters(inner, outputGradient);
    }
}
