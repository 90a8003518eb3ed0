using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Networks;

/// <summary>A network is for one thread at a time: calls that overlap throw.</summary>
public class TwoThreadsTests
{
    private static readonly Tensor<float> Input = Batch(1);

    [Fact]
    public void Every_use_of_a_network_throws_while_another_thread_is_inside()
    {
        var gate = new Gate();
        Linear linear = Linear();
        var normalization = new BatchNorm(4);
        var network = new Sequential(linear, new Sequential(normalization, gate), Linear());
        var trainer = new Trainer<float>(network, new MeanSquaredError(), new Sgd(0.1));
        var data = new Dataset<float>(Input, Batch(2));
        Sequential other = new(Linear());
        Tensor<float> result = Batch(3);
        Action[] uses =
        [
            () => network.Forward(Input, Pass.Training),
            () => network.Predict(Input),
            () => network.Predict(Input, result),
            () => network.Backward(Input),
            () => network.BackwardToParameters(Input),
            () => linear.Forward(Input, Pass.Inference),
            () => linear.Predict(Input),
            () => linear.Backward(Input),
            () => linear.BackwardToParameters(Input),
            () => ((IChannelwiseLinear)linear).MeanInput(new float[4]),
            () => ((IChannelwiseLinear)linear).SumInputs(new float[20], new float[16]),
            () => normalization.Forward(Input, Tensor.Create([true, true, true, true, true]), Pass.Training),
            () => network.Layers[1].Predict(Input),
            () => trainer.Step(Input, Batch(2)),
            () => trainer.Fit(data),
            () => trainer.Evaluate(data),
            () => network.Load(network.StateDict()),
            () => Recalibration.Recalibrate(network, [Input]),
            () => Folding.Compare(other, network, Input),
            () => NetworkComparison.Of(other, network, Input, tolerance: 0),
            () => NetworkComparison.Of(network, other, Input, tolerance: 0),
            () => GradientCheck.Check(network, Input),
            () => network.Clone(),
            () => network.Compile(Input.Lengths[1..]),
            () => _ = new Sequential(linear),
        ];
        gate.While(() => network.Forward(Input, Pass.Training), AssertAllThrow);
        gate.While(() => network.Predict(Input), AssertAllThrow);
        gate.While(() => network.Predict(Input, Batch(4)), AssertAllThrow);
        network.Forward(Input, Pass.Training);
        gate.While(() => network.Backward(Input), AssertAllThrow);
        gate.While(() => network.BackwardToParameters(Input), AssertAllThrow);
        gate.While(() => trainer.Step(Input, Batch(2)), AssertAllThrow);
        gate.While(() => gate.Forward(Input, Pass.Inference), AssertAllThrow);

        other.Forward(Input, Pass.Training);
        network.Forward(Input, Pass.Training);
        network.Backward(Input);

        void AssertAllThrow() => Assert.All(uses, use => Assert.Throws<InvalidOperationException>(use));
    }

    [Fact]
    public void The_message_names_the_layer_and_the_network_and_what_to_do()
    {
        var gate = new Gate();
        var network = new Sequential(new Residual(gate), Linear());
        gate.While(() => network.Predict(Input), () =>
        {
            Assert.Equal(
                "Two threads use this Sequential at once. A network is for one thread at a time: give each thread its own Clone(), or "
                + "compile a Predictor, which any number of threads may use.",
                Message(() => network.Predict(Input)));
            Assert.StartsWith(
                "Two threads use this Linear, or the Sequential that it is in, at once.", Message(() => network.Layers[1].Predict(Input)));
            Assert.StartsWith("Another thread used this Sequential while it was read: copy or compile it", Message(() => network.Clone()));
        });
        var alone = new Gate();
        alone.While(
            () => alone.Predict(Input),
            () => Assert.StartsWith("Two threads use this Gate at once.", Message(() => alone.Predict(Input))));

        static string Message(Action action) => Assert.Throws<InvalidOperationException>(action).Message;
    }

    [Fact]
    public void A_layer_is_in_use_until_the_end_of_the_outermost_call()
    {
        // The gate reads the output of the layer before it.
        Linear layer = Linear();
        var gate = new Gate();
        var own = new Chain(layer, gate);
        gate.While(() => own.Predict(Input), () => Assert.Throws<InvalidOperationException>(() => layer.Predict(Input)));

        var one = new Sequential(layer, gate);
        var another = new Sequential(layer, new Relu());
        gate.While(() => one.Predict(Input), () =>
        {
            Assert.Throws<InvalidOperationException>(() => layer.Predict(Input));
            Assert.Throws<InvalidOperationException>(() => another.Predict(Input));
        });
        another.Predict(Input);
    }

    [Fact]
    public void Networks_that_have_no_layer_in_common_run_at_once()
    {
        Gate[] gates = [new(), new()];
        var whole = new Sequential(Linear(), gates[0], Linear(), gates[1]);
        var first = new Sequential(whole.Layers[0], gates[0]);
        var second = new Sequential(whole.Layers[2], gates[1]);
        gates[0].While(() => first.Predict(Input), () => gates[1].While(() => second.Predict(Input), () => { }));
    }

    [Fact]
    public void After_an_exception_any_thread_can_use_the_network()
    {
        var gate = new Gate();
        var network = new Sequential(Linear(), gate, new Chain(Linear()));
        float[] expected = network.Predict(Input).ToArray();
        Action[] uses =
        [
            () => network.Forward(Input, Pass.Training),
            () => network.Predict(Input),
            () => network.Predict(Input, Batch(3)),
            () => network.Backward(Input),
            () => network.BackwardToParameters(Input),
            () => network.Forward(Batch(1, columns: 3), Pass.Training),
        ];
        foreach (Action use in uses)
        {
            network.Forward(Input, Pass.Training);
            gate.Throws = true;
            OnAnotherThread(() => Assert.ThrowsAny<Exception>(use));
            gate.Throws = false;
            Assert.Equal(expected, network.Predict(Input).ToArray());
        }
    }

    [Fact]
    public void Threads_may_take_turns()
    {
        var network = new Sequential(Linear(), new BatchNorm(4), new Relu(), Linear());
        Sequential again = network.Clone();
        for (int i = 0; i < 20; i++)
        {
            Tensor<float> output = again.Forward(Batch(i), Pass.Training);
            again.Backward(output);
            OnAnotherThread(() => network.Forward(Batch(i), Pass.Training));
            OnAnotherThread(() => network.Backward(output));
            Assert.Equal(again.Parameters[0].Gradient.ToArray(), network.Parameters[0].Gradient.ToArray());
        }
    }

    [Fact]
    public async Task Asynchronous_use_is_on_any_thread()
    {
        var network = new Sequential(Linear(), new Relu());
        float[] expected = network.Predict(Input).ToArray();
        for (int i = 0; i < 50; i++)
        {
            await Task.Yield();
            Assert.Equal(expected, network.Predict(Input).ToArray());
        }
    }

    [Fact]
    public void An_observer_may_use_the_network_that_calls_it()
    {
        var network = new Sequential(Linear(), new Relu());
        Sequential other = new(Linear());
        int calls = 0;
        using IDisposable observation = network.Layers[0].Observe((layer, input, _) =>
        {
            calls++;
            layer.Forward(input, Pass.Inference);
            other.Predict(input);
        });
        network.Forward(Input, Pass.Training);
        Assert.Equal(1, calls);
        OnAnotherThread(() => other.Predict(network.Predict(Input)));
    }

    [Fact]
    public void A_step_and_an_evaluation_keep_the_network_between_their_passes()
    {
        var network = new Sequential(Linear(), new BatchNorm(4));
        int refused = 0;
        var loss = new InterruptedLoss(() => OnAnotherThread(() =>
        {
            Assert.Throws<InvalidOperationException>(() => network.Predict(Input));
            refused++;
        }));
        var trainer = new Trainer<float>(network, loss, new Sgd(0.1));
        trainer.Step(Input, Batch(2));
        trainer.Evaluate(new Dataset<float>(Input, Batch(2)));
        Assert.Equal(2, refused);
    }

    [Fact]
    public void Callbacks_of_training_may_use_the_network_on_another_thread_and_wait()
    {
        var network = new Sequential(Linear(), new BatchNorm(4));
        var trainer = new Trainer<float>(network, new MeanSquaredError(), new Sgd(0.1));
        int predictions = 0;
        var options = new FitOptions { Epochs = 2, BatchSize = 5, EpochCompleted = _ => OnAnotherThread(Predict) };
        trainer.Fit(new Dataset<float>(Input, Batch(2)), options);
        foreach (EpochResult _ in trainer.Epochs(new Dataset<float>(Input, Batch(2)), options))
        {
            OnAnotherThread(Predict);
        }

        Assert.Equal(6, predictions);

        void Predict()
        {
            network.Predict(Input);
            predictions++;
        }
    }

    internal static Linear Linear(int seed = 1) => new(4, 4, new RandomSource((ulong)seed));

    internal static Tensor<float> Batch(int seed, int columns = 4) => TestData.Tensor(TestData.Uniform(5 * columns, seed), 5, columns);

    private static void OnAnotherThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .GetAwaiter().GetResult();

    /// <summary>A loss of 0, after an action.</summary>
    private sealed class InterruptedLoss(Action action) : Loss<float>
    {
        protected override double Compute(Tensor<float> output, Tensor<float> target, Tensor<float> gradient)
        {
            action();
            gradient.Elements().Clear();
            return 0;
        }
    }

    /// <summary>Layers one after the other, in no network of the library's.</summary>
    internal sealed class Chain(params Layer[] layers) : Layer
    {
        public override IReadOnlyList<Layer> Children => layers;

        public override IReadOnlyList<Parameter> Parameters => [.. layers.SelectMany(layer => layer.Parameters)];

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) =>
            layers.Aggregate(input, (output, layer) => ForwardChild(layer, output, pass));

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) =>
            layers.Reverse().Aggregate(outputGradient, (gradient, layer) => BackwardChild(layer, gradient));
    }
}
