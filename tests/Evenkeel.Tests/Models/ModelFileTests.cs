using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tensors;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Models;

public class ModelFileTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, SampleLayers.Create().Count)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_layer_comes_back_with_its_settings_and_its_bits(int index)
    {
        Layer layer = SampleLayers.Create()[index];
        Scramble(layer);
        byte[] file = Write(layer);
        Layer loaded = Read(file).Network;
        Assert.Equal(file, Write(loaded));
        Assert.Equal(layer.GetType(), loaded.GetType());
        AssertSameState(layer, loaded);
        Assert.Equal(SettingsOf(layer), SettingsOf(loaded));
    }

    [Fact]
    public void The_samples_have_every_type_of_layer()
    {
        IEnumerable<Type> types = typeof(Layer).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && type is { IsPublic: true, IsAbstract: false });
        IEnumerable<Type> samples = SampleLayers.Create().SelectMany(layer => layer.NamedLayers()).Select(named => named.Layer.GetType());
        Assert.Equal([], types.Except(samples));
    }

    [Fact]
    public void The_samples_change_every_setting_of_a_file()
    {
        var values = new Dictionary<string, HashSet<string>>();
        foreach (Layer layer in SampleLayers.Create())
        {
            Collect(JsonNode.Parse(DescriptionOf(Write(layer)))!["network"]!.AsObject(), values);
        }

        Assert.Equal("", string.Join(' ', values.Where(setting => setting.Value.Count == 1).Select(setting => setting.Key)));
    }

    [Theory]
    [InlineData(typeof(Conv1dOptions), "Bias ChannelAxis Dilation Groups Padding Stride Weights")] // Weights only draws them
    [InlineData(typeof(Conv2dOptions), "Bias ChannelAxis Dilation Groups Padding Stride Weights")] // Weights only draws them
    [InlineData(typeof(BatchNormOptions), "Affine Bias ChannelAxis Epsilon Exchange NonFiniteBatches RunningAverage RunningVariance")]
    [InlineData(typeof(BatchRenormOptions), "Affine Bias ChannelAxis Epsilon NonFiniteBatches RunningAverage Schedule")]
    [InlineData(typeof(CrossIterationOptions), "BatchNorm BurnIn EpsilonOutside Rule Window")]
    [InlineData(typeof(GroupNormOptions), "Affine Bias ChannelAxis Epsilon")]
    [InlineData(typeof(InstanceNormOptions), "Affine Bias ChannelAxis Epsilon NonFiniteBatches RunningAverage RunningVariance")]
    [InlineData(typeof(LayerNormOptions), "Bias Epsilon Weight")]
    [InlineData(typeof(RmsNormOptions), "Epsilon Weight")]
    public void A_new_option_must_be_described_in_files_and_then_listed_here(Type options, string properties) =>
        Assert.Equal(properties, string.Join(' ', options.GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal)));

    [Fact]
    public void A_loaded_network_predicts_and_trains_with_the_same_bits()
    {
        Sequential network = Perceptron(seed: 3);
        Train(network, steps: 5);
        Layer loaded = Read(Write(network)).Network;
        Tensor<float> input = Random(5, 8, 6);
        Assert.Equal(network.Predict(input).ToArray(), loaded.Predict(input).ToArray());
        foreach (Dropout dropout in network.NamedLayers().Select(named => named.Layer).OfType<Dropout>())
        {
            dropout.TrainingPasses = 0; // a model file is not a checkpoint
        }

        Train(network, steps: 3);
        Train(loaded, steps: 3);
        AssertSameState(network, loaded);
    }

    [Fact]
    public void A_scaler_and_the_shape_of_a_sample_travel_with_the_network()
    {
        var scaler = new StandardScaler();
        scaler.Fit(Random(4, 10, 3));
        using var stream = new MemoryStream();
        new ModelFile(Perceptron(1)) { Scaler = new ScalerFile(scaler, ["a", "b", "c"]), SampleShape = [2, 3] }.Write(stream);
        ModelFile loaded = Read(stream.ToArray());
        Assert.Equal(["a", "b", "c"], loaded.Scaler!.ColumnNames!);
        Assert.Equal([2, 3], loaded.SampleShape!);
    }

    [Fact]
    public void A_layer_of_a_users_own_is_described_by_its_own_functions()
    {
        var types = new LayerTypes().Add(
            "doubling",
            static (Doubling layer) => new JsonObject { ["factor"] = layer.Factor },
            static options => new Doubling((int)options["factor"]!));
        var network = new Sequential(new Linear(2, 2, new RandomSource(1)), new Doubling(3) { Count = 5 });
        using var stream = new MemoryStream();
        new ModelFile(network).Write(stream, types);
        Layer loaded = ModelFile.Read(new MemoryStream(stream.ToArray()), types).Network;
        var doubling = Assert.IsType<Doubling>(loaded.Children[1]);
        Assert.Equal((3, 5), (doubling.Factor, doubling.Count));

        Assert.Contains("LayerTypes", Assert.Throws<NotSupportedException>(() => Write(network)).Message, StringComparison.Ordinal);
        Assert.Contains("LayerTypes", Assert.Throws<InvalidDataException>(() => Read(stream.ToArray())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LayerTypes().Add("relu", static (Doubling _) => [], static _ => new Doubling(1)));
        Assert.Throws<ArgumentException>(() => types.Add("other", static (Doubling _) => [], static _ => new Doubling(1)));
        Assert.Throws<ArgumentException>(() => types.Add("own", static (Relu _) => [], static _ => new Relu()));
    }

    [Fact]
    public void What_a_file_cannot_hold_is_refused_when_it_is_saved()
    {
        var linear = new Linear(2, 2, new RandomSource(1));
        Assert.Throws<NotSupportedException>(() => Write(new Sequential(new CrossIterationBatchNorm(linear))));
        Assert.Throws<NotSupportedException>(() => Write(new Sequential(("training:a", new Linear(2, 2, new RandomSource(1))))));
        Layer deep = new Relu();
        for (int i = 0; i < 300; i++)
        {
            deep = new Sequential(deep);
        }

        Assert.Throws<NotSupportedException>(() => Write(deep));
        var own = new BatchRenorm(2, new() { Schedule = RenormSchedule.Of(static _ => (1, 0)) });
        Assert.Contains("RenormSchedule", Assert.Throws<NotSupportedException>(() => Write(own)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"outputs\":4", "\"outputs\":2000000000")]
    [InlineData("\"inputs\":3", "\"inputs\":0")]
    [InlineData("\"inputs\":3", "\"inputs\":3.5")]
    [InlineData("\"inputs\":3", "\"inputs\":3,\"more\":1")]
    [InlineData("\"inputs\":3,", "")]
    [InlineData("\"type\":\"linear\"", "\"type\":\"none\"")]
    [InlineData("\"version\":1", "\"version\":2")]
    [InlineData("evenkeel-model", "another-model")]
    [InlineData("\"bias\":true", "\"bias\":false")]
    [InlineData("\"not_trainable\":[]", "\"not_trainable\":[\"x\"]")]
    [InlineData("\"sample_shape\":[]", "\"sample_shape\":[0]")]
    public void A_description_that_is_changed_is_refused_even_with_new_hashes(string from, string to)
    {
        var linear = new Linear(3, 4, new RandomSource(1));
        string description = DescriptionOf(Write(linear));
        Assert.Contains(from, description, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Read(Describe(linear, description.Replace(from, to, StringComparison.Ordinal))));
        Read(Describe(linear, description));
    }

    [Theory]
    [InlineData("""{"type":"instance_norm","channels":2000000000,"epsilon":1e-5,"affine":false}""")]
    [InlineData("""{"type":"layer_norm","shape":[2000000000],"epsilon":1e-5,"weight":false,"bias":false}""")]
    [InlineData("""{"type":"layer_norm","shape":[40000,50000],"epsilon":1e-5,"weight":false,"bias":false}""")]
    [InlineData("""{"type":"sequential","layers":[]}""")]
    [InlineData("""{"type":"dropout","probability":2,"kind":"inverted","seed":1,"stream":0}""")]
    [InlineData("""{"type":"max_pool2d","kernel":[2,2],"stride":[0,1],"padding":[0,0],"channel_axis":1}""")]
    [InlineData("""{"type":"sequential","layers":[{"type":"cross_iteration_batch_norm","preceding":"7"}]}""")]
    [InlineData("""{"type":"conv2d","inputs":1,"outputs":1,"kernel":[1,1],"stride":[1,1],"padding":[0,0],"dilation":[1,1],"groups":0}""")]
    public void A_hostile_description_is_refused_and_allocates_little(string network)
    {
        string description =
            $$"""{"format":"evenkeel-model","version":1,"sample_shape":[],"not_trainable":[],"network":""" + network + "}";
        byte[] file = Describe(new Relu(), description);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_description_as_deep_as_is_written_is_read_and_a_deeper_one_refused()
    {
        Layer nested = new Relu();
        for (int i = 0; i < 200; i++)
        {
            nested = new Sequential(nested);
        }

        Read(Write(nested));
        string deep = string.Concat(Enumerable.Repeat("""{"type":"sequential","layers":[""", 100_000));
        Assert.Throws<InvalidDataException>(() => Read(Describe(new Relu(), deep)));
    }

    [Fact]
    public void A_model_of_ours_is_refused_at_every_flipped_byte()
    {
        byte[] file = Write(new Sequential(new Linear(3, 4, new RandomSource(1)), new BatchNorm(4)));
        for (int i = 0; i < file.Length; i++)
        {
            file[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<InvalidDataException>(() => Read(file));
            file[i] ^= (byte)(1 << (i % 8));
        }

        Read(file);
    }

    [Fact]
    public void Tensors_without_a_description_are_no_model()
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, Perceptron(1).StateDict());
        Assert.Contains(
            "network.Load", Assert.Throws<InvalidDataException>(() => Read(stream.ToArray())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_variance_that_is_negative_or_not_finite_is_refused_by_name()
    {
        foreach (double wrong in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            var network = new Sequential(new BatchNorm(2));
            ((BatchNorm)network.Layers[0]).RunningStatistics!.Variance[1] = wrong;
            Assert.Contains(
                "'0.running_var'", Assert.Throws<InvalidDataException>(() => Read(Write(network))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("model.evenkeel", [1, 2, 3]);
        Assert.Throws<NotSupportedException>(() => ModelFile.Save(new Doubling(1), path));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Throws<DirectoryNotFoundException>(() => ModelFile.Save(new Relu(), Path.Combine(folder.Path, "none", "model.evenkeel")));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    internal static byte[] Write(Layer network)
    {
        using var stream = new MemoryStream();
        new ModelFile(network).Write(stream);
        return stream.ToArray();
    }

    internal static void AssertSameState(Layer expected, Layer actual)
    {
        IReadOnlyList<StateTensor> a = expected.StateDict(includeTrainingOnly: true), b = actual.StateDict(includeTrainingOnly: true);
        Assert.Equal(a.Select(tensor => tensor.Name), b.Select(tensor => tensor.Name));
        foreach ((StateTensor first, StateTensor second) in a.Zip(b))
        {
            Assert.Equal(BytesOf(first), BytesOf(second));
        }
    }

    private static byte[] BytesOf(NamedTensor tensor)
    {
        using var bytes = new MemoryStream();
        tensor.ForEachPart(bytes.Write);
        return bytes.ToArray();
    }

    private static ModelFile Read(byte[] file) => ModelFile.Read(new MemoryStream(file));

    private static string DescriptionOf(byte[] file)
    {
        using SafetensorsFile read = Safetensors.Read(new MemoryStream(file));
        return read.Metadata["evenkeel.model"];
    }

    private static byte[] Describe(Layer network, string description)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, network.StateDict(), new Dictionary<string, string> { ["evenkeel.model"] = description });
        return stream.ToArray();
    }

    /// <summary>Gives each tensor other values, as after training.</summary>
    private static void Scramble(Layer layer)
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            TensorPrimitives.Add(parameter.Values, 0.25f, parameter.Values);
        }

        foreach (Layer part in layer.NamedLayers().Select(named => named.Layer))
        {
            if (part is RunningNormalization { RunningStatistics: { } statistics })
            {
                statistics.Mean.Fill(0.1);
                statistics.Spread.Fill(2);
                statistics.BatchesTracked = 7;
            }
        }
    }

    /// <summary>The public settings of a layer and of those inside it, as text.</summary>
    private static string SettingsOf(Layer layer)
    {
        var text = new StringBuilder();
        foreach ((string path, Layer part) in layer.NamedLayers())
        {
            foreach (System.Reflection.PropertyInfo property in part.GetType().GetProperties())
            {
                object? value = property.GetValue(part);
                if (value is null or ValueType or string or Conv2dOptions)
                {
                    value = value is Conv2dOptions options ? options with { Weights = null } : value;
                    text.AppendLine(CultureInfo.InvariantCulture, $"{path} {property.Name} {value}");
                }
            }

            foreach (Parameter parameter in part.Parameters)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{path} {parameter.Name} {parameter.IsTrainable}");
            }
        }

        return text.ToString();
    }

    private static void Collect(JsonObject layer, Dictionary<string, HashSet<string>> values)
    {
        string type = (string)layer["type"]!;
        foreach ((string name, JsonNode? value) in layer)
        {
            IEnumerable<JsonNode?> inside = value is JsonArray array ? array : Enumerable.Repeat(value, 1);
            foreach (JsonObject child in inside.OfType<JsonObject>().Where(child => child.ContainsKey("type")))
            {
                Collect(child, values);
            }

            if (name is not ("type" or "seed" or "name" or "reads"))
            {
                // What all normalizers write by the same function is one setting.
                bool isShared = type.Contains("norm", StringComparison.Ordinal) && name is not ("groups" or "schedule");
                string key = isShared ? name : $"{type}.{name}";
                values.TryAdd(key, []);
                values[key].Add(value?.ToJsonString() ?? "null");
            }
        }
    }

    private static Tensor<float> Random(int seed, int rows, int columns) =>
        Tensor.Create(TestData.Uniform(rows * columns, seed), [rows, columns]);

    private static Sequential Perceptron(ulong seed)
    {
        var random = new RandomSource(seed);
        return new(
            new Linear(6, 5, random, bias: false), new BatchNorm(5), new Relu(), new Dropout(0.5, random), new Linear(5, 3, random));
    }

    private static void Train(Layer network, int steps)
    {
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1));
        for (int i = 0; i < steps; i++)
        {
            trainer.Step(Random(i + 1, 8, 6), Tensor.Create([0, 1, 2, 0, 1, 2, 0, 1]));
        }
    }

    private sealed class Doubling(int factor) : Layer
    {
        public int Factor => factor;

        public long Count { get; set; }

        public override IReadOnlyList<StateTensor> State => [StateTensor.Of("count", () => Count, value => Count = value)];

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => input;

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => outputGradient;
    }
}
