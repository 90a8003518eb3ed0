using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Inference;

[Collection(nameof(ProcessWideState))]
public class PredictorTests
{
    public static TheoryData<string> Networks => PredictorNetworks.Names;

    [Theory]
    [MemberData(nameof(Networks))]
    public void Equals_the_network_bit_for_bit_without_folding(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Predictor predictor = network.Compile(sample, new() { Fold = false, Winograd = false });
        foreach (int batch in (int[])[1, 2, 5, 8, 19])
        {
            Tensor<float> samples = PredictorNetworks.Samples(sample, batch);
            Assert.Equal(Bits(network.Predict(samples)), Bits(predictor.Predict(samples)));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Equals_the_folded_network_bit_for_bit(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Tensor<float> samples = PredictorNetworks.Samples(sample, 7);
        Tensor<float> outputs = network.Compile(sample, new() { Winograd = false }).Predict(samples);
        Assert.Equal(network.OutputShape(samples.Lengths), outputs.Lengths.ToArray());
        Sequential folded = Folding.Fold(network as Sequential ?? new Sequential(network));
        Assert.Equal(Bits(folded.Predict(samples)), Bits(outputs));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Is_close_to_the_network(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Tensor<float> samples = PredictorNetworks.Samples(sample, 5);
        float[] expected = [.. network.Predict(samples)];
        float[] actual = [.. network.Compile(sample).Predict(samples)];
        float largest = TensorPrimitives.MaxMagnitude<float>(expected);
        TensorPrimitives.Subtract(actual, expected, actual);
        Assert.InRange(Math.Abs(TensorPrimitives.MaxMagnitude<float>(actual)), 0, 1e-5 * Math.Abs(largest));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gives_the_same_bits_in_any_batch_and_on_any_number_of_threads(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        const int Batch = 150;
        Tensor<float> samples = PredictorNetworks.Samples(sample, Batch);
        Predictor predictor = network.Compile(sample);
        int input = predictor.InputLength, output = predictor.OutputLength;
        float[] inputs = [.. samples], expected = [], outputs = new float[Batch * output];
        foreach (int threads in (int[])[1, 2, 3])
        {
            WithThreads(threads, () =>
            {
                foreach (int size in (int[])[1, 2, 3, 7, 16, 64, Batch])
                {
                    Array.Fill(outputs, float.NaN);
                    for (int first = 0; first < Batch; first += size)
                    {
                        int count = Math.Min(size, Batch - first);
                        predictor.Predict(
                            inputs.AsSpan(first * input, count * input), outputs.AsSpan(first * output, count * output), count);
                    }

                    expected = expected.Length == 0 ? [.. outputs] : expected;
                    Assert.Equal(Bits(expected), Bits(outputs));
                }
            });
        }
    }

    [Theory]
    [InlineData("residual images")]
    [InlineData("normalizations of images")]
    [InlineData("graph")]
    public void Serves_many_threads_at_once(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Predictor predictor = network.Compile(sample, new() { Threads = 1 });
        const int Samples = 64;
        float[] inputs = [.. PredictorNetworks.Samples(sample, Samples)], expected = new float[Samples * predictor.OutputLength];
        predictor.Predict(inputs, expected, Samples);
        int wrong = 0;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            float[] output = new float[predictor.OutputLength];
            for (int i = 0; i < 500; i++)
            {
                int sampleNumber = (i * 7 + number) % Samples;
                predictor.Predict(inputs.AsSpan(sampleNumber * predictor.InputLength, predictor.InputLength), output, 1);
                if (!output.AsSpan().SequenceEqual(expected.AsSpan(sampleNumber * predictor.OutputLength, predictor.OutputLength)))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, wrong);
        Assert.InRange(predictor.WorkspaceBytes, 1, 8 * WorkspaceOf(network, sample));
    }

    [Theory]
    [InlineData("perceptron", 1)]
    [InlineData("perceptron", 2)]
    [InlineData("wide perceptron", 2)]
    [InlineData("residual images", 2)]
    [InlineData("normalizations of images", 2)]
    public void Allocates_nothing_once_it_has_run(string name, int threads)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Predictor predictor = network.Compile(sample);
        const int Batch = 40;
        float[] inputs = [.. PredictorNetworks.Samples(sample, Batch)], outputs = new float[Batch * predictor.OutputLength];
        WithThreads(threads, () => Assert.Equal(0, AllocatedBytes(() =>
        {
            predictor.Predict(inputs, outputs, Batch);
            predictor.Predict(inputs.AsSpan(0, predictor.InputLength), outputs.AsSpan(0, predictor.OutputLength), 1);
        })));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Does_not_depend_on_the_network_any_more(string name)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Predictor[] predictors = [network.Compile(sample), network.Compile(sample, new() { Fold = false, Winograd = false })];
        Tensor<float> samples = PredictorNetworks.Samples(sample, 3);
        int[][] before = [.. predictors.Select(predictor => Bits(predictor.Predict(samples)))];
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.Values.Fill(float.NaN);
        }

        network.Forward(PredictorNetworks.Samples(sample, 16), Pass.Training);
        Assert.Equal(before, predictors.Select(predictor => Bits(predictor.Predict(samples))));
    }

    [Fact]
    public void Folds_a_scaler_where_that_is_accurate()
    {
        Tensor<float> samples = PredictorNetworks.Samples([20], 30);
        var scaler = new StandardScaler();
        scaler.Fit(samples);
        var network = new Sequential(new Linear(20, 5, new RandomSource(1)), new BatchNorm(5), new Relu());
        Sequential folded = Folding.Fold(ScalerFolding.Fold(scaler, network));
        foreach (Layer layer in (Layer[])[network, new Sequential(new Flatten(), network)])
        {
            Predictor predictor = layer.Compile([20], new() { Scaler = scaler });
            Assert.Equal(Bits(folded.Predict(samples)), Bits(predictor.Predict(samples)));
            Assert.Contains("StandardScaler", predictor.Summary().Steps[0].Absorbed);
        }
    }

    [Theory]
    [InlineData("linear", 0)]
    [InlineData("linear", 1e5f)]
    [InlineData("normalization first", 0)]
    [InlineData("residual vectors", 0)]
    [InlineData("graph", 0)]
    [InlineData("layer norm", -1e3f)]
    [InlineData("channels last", 0)]
    [InlineData("channels first", 1e4f)]
    [InlineData("convolution", 1e4f)]
    [InlineData("flattened and read again", 0)]
    public void Scales_with_the_bits_of_the_scaler_where_it_is_not_folded(string name, float offset)
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create(name);
        Tensor<float> samples = PredictorNetworks.Samples(sample, 9);
        TensorPrimitives.Add(samples.Elements(), offset, samples.Elements());
        var scaler = new StandardScaler();
        Tensor<float> scaled = sample.Length == 1
            ? FitTransform(scaler, samples)
            : ScaledImages(scaler, samples, channelsFirst: name is "channels first" or "flattened and read again");
        Predictor predictor = network.Compile(sample, new() { Scaler = scaler, Fold = false, Winograd = false });
        Assert.Equal(Bits(network.Predict(scaled)), Bits(predictor.Predict(samples)));

        // A scaler whose center is far from zero is not folded either.
        if (Math.Abs(offset) > 100)
        {
            float[] expected = [.. network.Predict(scaled)];
            float[] actual = [.. network.Compile(sample, new() { Scaler = scaler }).Predict(samples)];
            TensorPrimitives.Subtract(actual, expected, actual);
            Assert.InRange(
                Math.Abs(TensorPrimitives.MaxMagnitude<float>(actual)), 0, 1e-5 * Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected)));
        }
    }

    [Fact]
    public void Compiles_model_files_with_their_scaler_or_another()
    {
        var network = new Sequential(new Linear(3, 5, new RandomSource(1)));
        Tensor<float> rows = PredictorNetworks.Samples([3], 10);
        var ofFile = new StandardScaler();
        ofFile.Fit(rows);
        var other = new MaxAbsScaler();
        other.Fit(rows);
        var file = new ModelFile(network) { SampleShape = [3], Scaler = new ScalerFile(ofFile) };
        Assert.Equal(
            Bits(ScalerFolding.Fold(ofFile, network).Predict(rows)), Bits(file.Compile().Predict(rows)));
        Assert.Equal(
            Bits(ScalerFolding.Fold(other, network).Predict(rows)), Bits(file.Compile(new() { Scaler = other }).Predict(rows)));
        AssertRefused<ArgumentException>(() => new ModelFile(network).Compile(), "model", "SampleShape");
    }

    [Fact]
    public void Refuses_scalers_that_do_not_fit()
    {
        var network = new Sequential(new Linear(3, 5, new RandomSource(1)));
        Tensor<float> rows = PredictorNetworks.Samples([3], 10);
        var clipping = new MinMaxScaler(clip: true);
        clipping.Fit(rows);
        var narrow = new StandardScaler();
        narrow.Fit(PredictorNetworks.Samples([2], 10));
        AssertRefused<ArgumentException>(() => network.Compile([3], new() { Scaler = new StandardScaler() }), "scaler", "not fitted");
        AssertRefused<ArgumentException>(() => network.Compile([3], new() { Scaler = narrow }), "scaler", "2 columns", "3 inputs");
        AssertRefused<ArgumentException>(() => network.Compile([3], new() { Scaler = clipping }), "scaler", "clips");
    }

    [Fact]
    public void Refuses_normalization_by_the_batch()
    {
        var network = new Sequential(new Linear(3, 4, new RandomSource(1)), new BatchNorm(4) { Source = StatisticsSource.Batch });
        AssertNotSupported(() => network.Compile([3]), "1, a BatchNorm", "Source", "Running");
    }

    [Fact]
    public void Carries_NaN_and_infinity_as_the_network_does()
    {
        (Layer network, nint[] sample) = PredictorNetworks.Create("channels last");
        Tensor<float> samples = PredictorNetworks.Samples(sample, 2);
        samples[0, 3, 3, 0] = float.NaN;
        samples[1, 3, 3, 0] = float.PositiveInfinity;
        Sequential folded = Folding.Fold((Sequential)network);
        Assert.Equal(Bits(folded.Predict(samples)), Bits(network.Compile(sample, new() { Winograd = false }).Predict(samples)));
    }

    [Fact]
    public void Knows_layers_of_the_users_own_by_their_types()
    {
        Layer network = new Sequential(new Linear(3, 4, new RandomSource(1)), new Doubling());
        AssertNotSupported(() => network.Compile([3]), "Doubling");
        LayerTypes types = new LayerTypes().Add<Doubling>("doubling", _ => [], _ => new Doubling());
        Tensor<float> samples = PredictorNetworks.Samples([3], 5);
        Assert.Equal(Bits(network.Predict(samples)), Bits(network.Compile([3], new() { Types = types }).Predict(samples)));
    }

    [Fact]
    public void Refuses_a_normalization_by_the_batch_inside_a_layer_of_the_users_own()
    {
        var network = new Sequential(
            new Linear(3, 4, new RandomSource(1)), new Wrapper(new BatchNorm(4) { Source = StatisticsSource.Batch }));
        AssertNotSupported(() => network.Compile([3]), "a BatchNorm", "Source", "Running");
    }

    [Fact]
    public void Survives_a_layer_of_the_users_own_that_throws_or_gives_another_shape()
    {
        LayerTypes types = new LayerTypes().Add<Moody>("moody", _ => [], _ => new Moody());
        Predictor predictor = new Sequential(new Linear(3, 4, new RandomSource(1)), new Moody()).Compile([3], new() { Types = types });
        float[] output = new float[4];
        for (int i = 0; i < 3; i++)
        {
            var thrown = Assert.Throws<InvalidOperationException>(() => predictor.Predict([-1, -1, -1], output, 1));
            Assert.Contains("[1, 2]", thrown.Message, StringComparison.Ordinal);
            Assert.Throws<NotSupportedException>(() => predictor.Predict([float.NaN, 0, 0], output, 1));
            predictor.Predict([0, 0, 0], output, 1);
            Assert.Equal(predictor.Summary().WorkspaceBytes, predictor.WorkspaceBytes);
        }
    }

    [Fact]
    public void Refuses_mixed_orders_of_axes()
    {
        var random = new RandomSource(1);
        var network = new Sequential(new Conv2d(4, 4, 1, random), new Conv2d(4, 4, 1, random, new() { ChannelAxis = -1 }));
        AssertNotSupported(() => network.Compile([4, 4, 4]), "[H, W, C]", "[C, H, W]");
    }

    [Fact]
    public void Refuses_bad_arguments()
    {
        Layer network = new Linear(3, 4, new RandomSource(1));
        Predictor predictor = network.Compile([3]);
        AssertRefused<ArgumentException>(() => network.Compile([]), "sampleShape", "[]", "sample");
        AssertRefused<ArgumentException>(() => network.Compile([3, 0]), "sampleShape", "[3, 0]");
        AssertRefused<ArgumentException>(() => network.Compile([4]), "sampleShape", "Linear", "[1, 4]");
        AssertRefused<ArgumentException>(() => new Relu().Compile([100_000, 100_000]), "sampleShape", "too large");
        AssertRefused<ArgumentException>(() => new Relu().Compile([30_000, 30_000, 2]), "sampleShape", "too large");
        AssertRefused<ArgumentException>(() => new Relu().Compile([unchecked((nint)(1L << 32)), 1, 1]), "sampleShape", "too large");
        AssertRefused<ArgumentOutOfRangeException>(() => network.Compile([3], new() { Threads = 0 }), "options");
        AssertRefused<ArgumentOutOfRangeException>(() => predictor.Predict([], [], -1), "batch");
        AssertRefused<ArgumentException>(() => predictor.Predict(new float[5], new float[8], 2), "input", "5", "2·3 = 6");
        AssertRefused<ArgumentException>(() => predictor.Predict(new float[6], new float[9], 2), "output", "9", "2·4 = 8");
        float[] memory = new float[7];
        AssertRefused<ArgumentException>(() => predictor.Predict(memory.AsSpan(0, 3), memory.AsSpan(2, 4), 1), "output", "overlap");
        AssertRefused<ArgumentException>(() => predictor.Predict(Tensor.CreateFromShape<float>([2, 4])), "input", "[2, 4]", "[N, 3]");
        AssertRefused<ArgumentException>(
            () => predictor.Predict(Tensor.CreateFromShape<float>([2, 3]), Tensor.CreateFromShape<float>([3, 4])), "output", "3", "2");
        var tensor = Tensor.Create(new float[12], [3, 4]);
        AssertRefused<ArgumentException>(() => new Relu().Compile([4]).Predict(tensor, tensor), "output", "overlap");
        predictor.Predict([], [], 0);
    }

    [Fact]
    public void Reports_no_more_threads_than_the_library_uses() => WithThreads(2, () =>
    {
        var network = new Linear(3, 4, new RandomSource(1));
        Assert.Equal(2, network.Compile([3]).Threads);
        Assert.Equal(1, network.Compile([3], new() { Threads = 1 }).Threads);
        Assert.Equal(2, network.Compile([3], new() { Threads = 7 }).Threads);
    });

    /// <summary>y = 2x.</summary>
    private sealed class Doubling : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
        {
            Tensor<float> output = OutputMemory.Get(input.Lengths);
            TensorPrimitives.Multiply(input.Elements(), 2, output.Elements());
            return output;
        }

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => throw new NotSupportedException();
    }

    /// <summary>y = x for a first element of 0; throws for NaN, and gives two elements otherwise.</summary>
    private sealed class Moody : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) =>
            float.IsNaN(input.Elements()[0]) ? throw new NotSupportedException("NaN")
            : input.Elements()[0] != 0 ? Tensor.CreateFromShape<float>([input.Lengths[0], 2])
            : input;

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => throw new NotSupportedException();
    }

    /// <summary>A layer around another.</summary>
    private sealed class Wrapper(Layer inner) : Layer
    {
        public override IReadOnlyList<Layer> Children => [inner];

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => ForwardChild(inner, input, pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => throw new NotSupportedException();
    }

    private static Tensor<float> FitTransform(StandardScaler scaler, Tensor<float> rows)
    {
        scaler.Fit(rows);
        return scaler.Transform(rows);
    }

    /// <summary>Fits a scaler to the pixels of images, a column per channel, and scales the images.</summary>
    private static Tensor<float> ScaledImages(StandardScaler scaler, Tensor<float> images, bool channelsFirst)
    {
        Tensor<float> last = channelsFirst ? Tensor.PermuteDimensions(images, [0, 2, 3, 1]) : images;
        nint channels = last.Lengths[3];
        Tensor<float> scaled = Tensor.Reshape(
            FitTransform(scaler, Tensor.Create([.. last], [last.FlattenedLength / channels, channels])), last.Lengths);
        return channelsFirst ? Dense(Tensor.PermuteDimensions(scaled, [0, 3, 1, 2])) : scaled;
    }

    private static Tensor<float> Dense(Tensor<float> tensor) => Tensor.Create([.. tensor], tensor.Lengths);

    /// <summary>The bytes of one workspace.</summary>
    private static long WorkspaceOf(Layer network, nint[] sample)
    {
        Predictor predictor = network.Compile(sample, new() { Threads = 1 });
        predictor.Predict(PredictorNetworks.Samples(sample, 1));
        return predictor.WorkspaceBytes;
    }

    private static void AssertNotSupported(Func<object> action, params ReadOnlySpan<string> words)
    {
        string message = Assert.Throws<NotSupportedException>(action).Message;
        foreach (string word in words)
        {
            Assert.Contains(word, message, StringComparison.Ordinal);
        }
    }

    private static int[] Bits(IEnumerable<float> values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
