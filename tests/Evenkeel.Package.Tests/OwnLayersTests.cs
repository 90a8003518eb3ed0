using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Package.Tests.Examples;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Package.Tests;

/// <summary>The examples of docs/own-layers.md, built against the packed library.</summary>
public class OwnLayersTests
{
    private const string Page = "own-layers.md";
    private const string Folder = "tests/Evenkeel.Package.Tests";

    [Fact]
    public void The_page_shows_these_examples_and_no_other_code()
    {
        string[] sources =
        [
            $"{Folder}/OwnLayersTests.cs",
            .. Directory.GetFiles(Path.Combine(Repository.Root, Folder, "Examples"))
                .Select(file => $"{Folder}/Examples/{Path.GetFileName(file)}"),
        ];
        string[] examples = [.. sources.SelectMany(DocumentedCode.In).Select(example => example.Code)];
        MatchCollection blocks = Regex.Matches(
            DocumentedCode.Page(Page), "^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline);
        string[] shown = [.. blocks.Select(block => block.Groups["code"].Value.TrimEnd())];

        Assert.Equal(examples.Order(StringComparer.Ordinal), shown[1..].Order(StringComparer.Ordinal));
        string[] usings =
        [
            .. sources.SelectMany(source => File.ReadLines(Path.Combine(Repository.Root, source)))
                .Where(line => Regex.IsMatch(line, @"^using (Evenkeel|System\.Numerics)\.(?!.*Tests)"))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(usings, shown[0].Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_library_is_the_packed_one() => Assert.Contains(
        "-package-test.nupkg.sha512",
        File.ReadAllText(Path.ChangeExtension(typeof(OwnLayersTests).Assembly.Location, ".deps.json")),
        StringComparison.Ordinal);

    [Fact]
    public void Gradients_of_own_layers_are_right()
    {
        foreach (Pass pass in Enum.GetValues<Pass>())
        {
            var options = new GradientCheckOptions { Pass = pass };
            AssertRight(GradientCheck.Check(new Mish(), Values([8, 6], scale: 3), options), "input");
            ChannelScale scale = Scale(6);
            AssertRight(GradientCheck.Check(scale, Values([8, 6]), options), "input", "weight");
            AssertRight(GradientCheck.Check(scale, Values([3, 6, 2, 5]), options), "input", "weight");
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.1, 2)]
    public void The_gradient_of_an_own_loss_is_right(double delta, float scale)
    {
        Tensor<float> target = Tensor.CreateFromShape<float>([8, 4]);
        AssertRight([GradientCheck.Check(new Huber(delta), Values([8, 4], scale), target, new() { Step = 1e-3 })], "output");
    }

    [Fact]
    public void Mish_has_the_values_of_its_formula()
    {
        Tensor<float> y = new Mish().Forward(Tensor.Create<float>([-1, 0, 2, 100], [4, 1]), Pass.Inference);
        Assert.Equal([-0.303401f, 0, 1.943959f, 100], y.ToArray(), (expected, actual) => Math.Abs(expected - actual) < 1e-5f);
    }

    [Fact]
    public void The_page_s_gradient_check_prints_the_errors()
    {
        // docs/own-layers.md
        float[] values = [.. Enumerable.Range(0, 48).Select(i => MathF.Sin(i))];
        IReadOnlyList<GradientError> errors = GradientCheck.Check(new ChannelScale(channels: 6), Tensor.Create(values, [8, 6]));
        foreach (GradientError error in errors)
        {
            Console.WriteLine(error); // for example weight[3]: backward 0.8734, central difference 0.8734, relative error 2E-06
        }
        // end

        AssertRight(errors, "input", "weight");
    }

    [Fact]
    public void Own_parts_train_a_network()
    {
        // docs/own-layers.md
        float[] x = [.. Enumerable.Range(0, 64).Select(i => (i - 31.5f) / 16)];
        Tensor<float> inputs = Tensor.Create(x, [64, 1]), targets = Tensor.Create(Array.ConvertAll(x, MathF.Sin), [64, 1]);
        var random = new RandomSource(seed: 0);
        var network = new Sequential(
            new Linear(1, 32, random, weights: new LecunNormal()), new ChannelScale(32), new Mish(),
            new Linear(32, 1, random, weights: new LecunNormal()));
        var trainer = new Trainer<float>(network, new Huber(delta: 0.5), new Lion(learningRate: 2e-3));
        EpochResult last = trainer.Fit(new Dataset<float>(inputs, targets), new FitOptions { Epochs = 200, BatchSize = 16 })[^1];
        // end

        Assert.InRange(last.Loss, 0, 2e-3);
        AssertRight(GradientCheck.Check(network, Values([16, 1])), "input", "0.weight", "0.bias", "1.weight", "3.weight", "3.bias");
        float[] outputs = network.Forward(inputs, Pass.Inference).ToArray();
        Assert.Equal(outputs, network.Predict(inputs).ToArray());
    }

    [Fact]
    public void An_own_initializer_draws_the_weights()
    {
        float[] weights = new Linear(100, 300, new RandomSource(3), weights: new LecunNormal()).Weight.Value.ToArray();
        Assert.Equal(weights, new Linear(100, 300, new RandomSource(3), weights: new LecunNormal()).Weight.Value.ToArray());
        Assert.InRange(weights.Max(Math.Abs), 0.2, 0.1 * 2 / 0.8796);
        Assert.Equal(0.1, Math.Sqrt(weights.Average(w => (double)w * w)), 0.001);
        Assert.Equal(0, weights.Average(w => (double)w), 0.002);
    }

    [Fact]
    public void Lion_takes_the_steps_of_its_formula()
    {
        var parameter = new Parameter("weight", 3);
        parameter.Value.Fill(1);
        var lion = new Lion(0.1, beta1: 0.5, beta2: 0.5, weightDecay: 1);
        Tensor.Create<float>([2, -2, 0], [3]).CopyTo(parameter.Gradient);
        lion.Step([parameter]);
        Assert.Equal([0.8f, 1f, 0.9f], parameter.Value.ToArray(), (expected, actual) => Math.Abs(expected - actual) < 1e-6f);

        // m is (1, −1, 0): an opposite gradient that is smaller does not turn the direction.
        Tensor.Create<float>([-0.5f, 0.5f, 0], [3]).CopyTo(parameter.Gradient);
        lion.Step([parameter]);
        Assert.Equal([0.62f, 1f, 0.81f], parameter.Value.ToArray(), (expected, actual) => Math.Abs(expected - actual) < 1e-6f);
    }

    [Fact]
    public void An_own_layer_runs_in_every_place_of_a_network()
    {
        var random = new RandomSource(5); // no ReLU is near its kink
        var network = new Sequential(
            Scale(6),
            new Residual(new Sequential(new Conv2d(6, 6, 1, random), Scale(6)), shortcut: Scale(6)),
            new Mish(),
            new Conv2d(6, 6, 1, random),
            new Relu(),
            Scale(6));
        Tensor<float> input = Values([2, 6, 3, 3]);
        float[] expected = network.Forward(input, Pass.Inference).ToArray();
        Assert.Equal(expected, network.Predict(input).ToArray());
        AssertRight(
            GradientCheck.Check(network, input, new() { Step = 1e-3 }),
            ["input", .. network.NamedParameters().Select(parameter => parameter.Path)]);
    }

    [Fact]
    public void Own_layers_refuse_what_does_not_fit()
    {
        var scale = new ChannelScale(6);
        Assert.Throws<InvalidOperationException>(() => scale.Backward(Values([2, 6])));
        Assert.Throws<ArgumentNullException>(() => scale.Forward(null!, Pass.Training));
        Assert.Contains(
            "[N, 6, *]",
            Assert.Throws<ArgumentException>(() => scale.Forward(Values([2, 5]), Pass.Training)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "not dense",
            Assert.Throws<ArgumentException>(() => scale.Forward(Tensor.Create(new float[14], 0, [2, 6], [7, 1]), Pass.Training)).Message,
            StringComparison.Ordinal);
        scale.Forward(Values([2, 6]), Pass.Training);
        Assert.Throws<ArgumentException>(() => scale.Backward(Values([6, 2])));
        Assert.Throws<ArgumentException>(() => new Huber().Forward(Values([2, 6]), Values([6, 2])));
    }

    [Theory]
    [InlineData(8, 6)]
    [InlineData(3, 6, 2, 5)]
    [InlineData(2, 6, 9, 31)]
    public void Gradients_of_own_normalizers_are_right(params int[] lengths)
    {
        nint[] shape = Array.ConvertAll(lengths, length => (nint)length);
        foreach (Pass pass in Enum.GetValues<Pass>())
        {
            // A set of one element has a constant output, and a gradient that is nothing but rounding.
            var options = new GradientCheckOptions { Pass = pass };
            if (shape.Length > 2)
            {
                AssertRight(GradientCheck.Check(Drawn(new FilterResponseNorm(6)), Values(shape), options), "input", "weight", "bias");
            }

            AssertRight(GradientCheck.Check(Drawn(new MeanOnlyBatchNorm(6)), Values(shape), options), "input", "bias");
        }
    }

    [Fact]
    public void Own_normalizers_have_the_values_of_their_formulas()
    {
        Tensor<float> x = Values([4, 6, 5, 5]);
        Tensor<float> frn = new FilterResponseNorm(6).Forward(x, Pass.Training),
            centered = new MeanOnlyBatchNorm(6).Forward(x, Pass.Training);
        for (int c = 0; c < 6; c++)
        {
            double mean = 0;
            for (int n = 0; n < 4; n++)
            {
                float[] plane = [.. Enumerable.Range(0, 25).Select(i => x[n, c, i / 5, i % 5])];
                mean += plane.Sum(value => (double)value) / 100;
                double meanSquare = plane.Average(value => (double)value * value);
                Assert.Equal(plane[7] / Math.Sqrt(meanSquare + 1e-6), frn[n, c, 1, 2], 1e-5);
            }

            Assert.Equal(x[2, c, 3, 4] - mean, centered[2, c, 3, 4], 1e-5);
        }
    }

    [Fact]
    public void Own_running_statistics_recalibrate_fold_and_freeze()
    {
        Tensor<float> input = Values([32, 4]);

        // docs/own-layers.md
        var network = new Sequential(new Linear(4, 6, new RandomSource(1)), new MeanOnlyBatchNorm(6));
        Recalibration.Recalibrate(network, [input]);   // the running means are now those of the input
        Sequential folded = Folding.Fold(network);     // one linear layer, whose bias holds b − μ + β
        ((MeanOnlyBatchNorm)network.Layers[1]).Freeze(); // the running means normalize, in training too
        // end

        float[] inference = network.Forward(input, Pass.Inference).ToArray();
        Assert.IsType<Linear>(Assert.Single(folded.Layers));
        (double difference, double largest) = Folding.Compare(network, folded, input);
        Assert.InRange(difference, 0, 1e-6 * largest);
        Assert.Equal(inference, network.Forward(input, Pass.Training).ToArray());
        for (int c = 0; c < 6; c++)
        {
            Assert.Equal(0, Enumerable.Range(0, 32).Sum(i => (double)inference[6 * i + c]), 1e-5);
        }
    }

    private static T Drawn<T>(T layer)
        where T : Layer
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            Values(parameter.Value.Lengths).CopyTo(parameter.Value);
        }

        return layer;
    }

    private static ChannelScale Scale(int channels)
    {
        var scale = new ChannelScale(channels);
        Values([channels]).CopyTo(scale.Weight.Value);
        return scale;
    }

    private static Tensor<float> Values(ReadOnlySpan<nint> lengths, float scale = 1)
    {
        Tensor<float> values = Tensor.CreateFromShape<float>(lengths);
        new RandomStream(Seed: 7, Stream: 0).FillUniform(values.Elements(), -scale, scale);
        return values;
    }

    private static void AssertRight(IReadOnlyList<GradientError> errors, params string[] names)
    {
        Assert.Equal(names, errors.Select(error => error.Name));
        Assert.All(errors, error => Assert.True(error.RelativeError < 1e-3, error.ToString()));
    }
}
