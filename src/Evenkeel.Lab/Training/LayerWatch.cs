using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Lab.Training;

/// <summary>Measures the hidden layers of a network, in those steps only in which it is switched on.</summary>
/// <remarks>An observed network runs its layers one by one, and would train more slowly in every step.</remarks>
internal sealed class LayerWatch
{
    private const int Bins = 32;
    private const double Range = 4;
    private const double SmallSlope = 0.01;

    private readonly List<HiddenLayer> _layers = [];

    /// <summary>Finds the hidden layers of a network.</summary>
    public LayerWatch(Sequential network)
    {
        var named = network.NamedLayers().ToDictionary(layer => layer.Path, layer => layer.Layer);
        for (int i = 1; named.TryGetValue(Invariant($"activation{i}"), out Layer? activation); i++)
        {
            var linear = (Linear)named[Invariant($"linear{i}")];
            _layers.Add(new HiddenLayer(linear, activation, named.GetValueOrDefault(Invariant($"norm{i}"))));
        }
    }

    /// <summary>Measures the inputs of the activations in forward passes, until disposed.</summary>
    public IDisposable Observe()
    {
        IDisposable[] observations =
            [.. _layers.Select(layer => layer.Activation.Observe(forward: (_, input, output) => layer.Measure(input, output)))];
        return new Observations(observations);
    }

    /// <summary>What was measured last.</summary>
    public IReadOnlyList<LayerFrame> Frames() => [.. _layers.Select(layer => layer.Frame())];

    private sealed class Observations(IDisposable[] observations) : IDisposable
    {
        public void Dispose() => Array.ForEach(observations, observation => observation.Dispose());
    }

    private sealed class HiddenLayer(Linear linear, Layer activation, Layer? normalization)
    {
        private readonly int[] _counts = new int[Bins];
        private double _mean;
        private double _deviation;
        private double _inactive;

        public Layer Activation => activation;

        public void Measure(Tensor<float> input, Tensor<float> output)
        {
            ReadOnlySpan<float> x = input.Elements(), y = output.Elements();
            Array.Clear(_counts);
            Moments moments = default;
            ChannelMoments.Compute(x, new ChannelView(x.Length, 1, 1), new Span<Moments>(ref moments));
            int inactive = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double bin = (x[i] + Range) * (Bins / (2 * Range));
                if (!double.IsNaN(bin))
                {
                    _counts[bin >= Bins ? Bins - 1 : bin > 0 ? (int)bin : 0]++;
                }

                inactive += Slope(y[i]) < SmallSlope ? 1 : 0;
            }

            (_mean, _deviation) = (moments.Mean, Math.Sqrt(moments.PopulationVariance));
            _inactive = (double)inactive / x.Length;
        }

        public LayerFrame Frame()
        {
            RunningMoments? running = (normalization as RunningNormalization)?.RunningStatistics;
            Parameter? weight = normalization?.Parameters.FirstOrDefault(parameter => parameter.Name == "weight");
            return new LayerFrame(
                _mean,
                _deviation,
                [.. _counts],
                _inactive,
                TensorPrimitives.Norm<float>(linear.Weight.Gradient.Elements()) / Math.Sqrt(linear.Weight.Length),
                weight is null ? null : [Min(weight), TensorPrimitives.Average<float>(weight.Value.Elements()), Max(weight)],
                running is null ? null : TensorPrimitives.Average<double>(running.Mean.Elements()),
                running is null ? null : Enumerable.Range(0, linear.Outputs).Average(unit => Math.Sqrt(running.VarianceAt(unit))));
        }

        /// <summary>The slope of the activation where it has an output.</summary>
        private double Slope(float output) => activation switch
        {
            Relu => output > 0 ? 1 : 0,
            Evenkeel.Layers.Activations.Sigmoid => output * (1 - output),
            _ => 1 - output * output,
        };

        private static double Min(Parameter parameter) => TensorPrimitives.Min<float>(parameter.Value.Elements());

        private static double Max(Parameter parameter) => TensorPrimitives.Max<float>(parameter.Value.Elements());
    }
}
