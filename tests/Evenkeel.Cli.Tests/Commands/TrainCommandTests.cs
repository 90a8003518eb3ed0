using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Cli.Tests.Commands;

public sealed partial class TrainCommandTests : IDisposable
{
    private static readonly string[] FirstKeys = ["epoch", "loss", "test_accuracy", "seconds"];
    private static readonly string[] Small = ["--hidden", "8,6", "--epochs", "3", "--batch-size", "10"];
    private readonly SmallImages _images = new();

    public void Dispose()
    {
        _images.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void Json_is_one_line_per_epoch_that_starts_with_epoch_loss_test_accuracy_and_seconds()
    {
        CommandRun run = Train([.. Small, "--json"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Equal(3, run.OutputLines.Length);
        for (int i = 0; i < 3; i++)
        {
            JsonElement epoch = JsonDocument.Parse(run.OutputLines[i]).RootElement;
            Assert.Equal(FirstKeys, epoch.EnumerateObject().Take(4).Select(p => p.Name));
            Assert.Equal(i + 1, epoch.GetProperty("epoch").GetInt32());
            Assert.InRange(epoch.GetProperty("loss").GetDouble(), 1e-6, 10);
            Assert.InRange(epoch.GetProperty("test_accuracy").GetDouble(), 0, 1);
            Assert.InRange(epoch.GetProperty("seconds").GetDouble(), 0, 60);
            Assert.True(epoch.GetProperty("completed").GetBoolean());
        }
    }

    [Fact]
    public void People_get_a_line_per_epoch_without_escape_sequences()
    {
        CommandRun run = Train(Small);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Equal(3, run.OutputLines.Length);
        Assert.All(run.OutputLines, line => Assert.Matches(EpochLine(), line));
    }

    [Fact]
    public void The_network_learns()
    {
        CommandRun run = Train("--json", "--epochs", "20", "--batch-size", "10", "--hidden", "20");
        Assert.True(LastLoss(run) < 0.5 * Loss(run.OutputLines[0]), run.Output);
        Assert.Equal(1.0, JsonDocument.Parse(run.OutputLines[^1]).RootElement.GetProperty("test_accuracy").GetDouble());
    }

    [Fact]
    public void A_diverged_loss_is_null_in_json_and_named_to_people_and_no_failure()
    {
        string[] diverging = [.. Small, "--norm", "none", "--lr", "1e30"];
        CommandRun json = Train([.. diverging, "--json"]);
        Assert.Equal(0, json.ExitCode);
        Assert.Contains("\"loss\":null", json.OutputLines[^1], StringComparison.Ordinal);

        CommandRun people = Train(diverging);
        Assert.Equal(0, people.ExitCode);
        Assert.EndsWith("(diverged)", people.OutputLines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hidden", "8,7")]
    [InlineData("--norm", "none")]
    [InlineData("--activation", "sigmoid")]
    [InlineData("--activation", "tanh")]
    [InlineData("--dropout", "0.25")]
    [InlineData("--optimizer", "adam")]
    [InlineData("--optimizer", "adamw")]
    [InlineData("--optimizer", "rmsprop")]
    [InlineData("--clip-norm", "0.01")]
    [InlineData("--lr", "0.05")]
    [InlineData("--momentum", "0.5")]
    [InlineData("--weight-decay", "0.1")]
    [InlineData("--batch-size", "12")]
    [InlineData("--schedule", "linear")]
    [InlineData("--schedule", "cosine")]
    [InlineData("--warmup", "3")]
    [InlineData("--augment", "flip")]
    [InlineData("--seed", "18446744073709551615")]
    public void Each_setting_of_network_and_training_changes_what_is_learned(string option, string value)
    {
        Dictionary<string, string> settings = new() { ["--hidden"] = "8,6", ["--epochs"] = "2", ["--batch-size"] = "10" };
        double before = LastLoss(Train([.. settings.SelectMany(s => new[] { s.Key, s.Value }), "--json"]));
        settings[option] = value;
        CommandRun run = Train([.. settings.SelectMany(s => new[] { s.Key, s.Value }), "--json"]);
        Assert.Equal(0, run.ExitCode);
        Assert.NotEqual(before, LastLoss(run));
    }

    [Theory]
    [InlineData("--net", "mlp")]
    [InlineData("--norm", "batch")]
    [InlineData("--activation", "relu")]
    [InlineData("--dropout", "0")]
    [InlineData("--optimizer", "sgd")]
    [InlineData("--lr", "0.1")]
    [InlineData("--lr", "1e-1")]
    [InlineData("--momentum", "0")]
    [InlineData("--weight-decay", "0")]
    [InlineData("--schedule", "constant")]
    [InlineData("--warmup", "0")]
    [InlineData("--seed", "0")]
    [InlineData("--threads", "1")]
    [InlineData("--threads", "2")]
    [InlineData("--threads", "64")]
    public void Defaults_are_what_the_help_says_and_threads_change_no_bit(string option, string value) =>
        Assert.Equal(Losses(Train([.. Small, "--json"])), Losses(Train([.. Small, "--json", option, value])));

    [Theory]
    [InlineData("adam", "0", "--momentum", "0")]
    [InlineData("adamw", "0.01", "--momentum", "0")]
    [InlineData("rmsprop", "0", "--momentum", "0")]
    [InlineData("rmsprop", "0", "--clip-norm", "1e30")]
    public void Adaptive_optimizers_have_defaults_of_their_own(string optimizer, string decay, string option, string value) => Assert.Equal(
        Losses(Train([.. Small, "--json", "--optimizer", optimizer, "--lr", "0.001", "--weight-decay", decay, option, value])),
        Losses(Train([.. Small, "--json", "--optimizer", optimizer])));

    [Fact]
    public void Each_setting_of_an_optimizer_changes_what_is_learned()
    {
        string[][] settings =
        [
            ["sgd", "--momentum", "0.5"],
            ["sgd", "--momentum", "0.5", "--nesterov"],
            ["sgd", "--momentum", "0.5", "--nesterov", "--clip-norm", "0.01"],
            ["adam", "--weight-decay", "0.2"],
            ["adamw", "--weight-decay", "0.2"],
            ["rmsprop"],
            ["rmsprop", "--momentum", "0.5"],
            ["rmsprop", "--momentum", "0.5", "--weight-decay", "0.2"],
        ];
        IEnumerable<string> losses = settings.Select(setting => Losses(Train([.. Small, "--json", "--optimizer", .. setting])));
        Assert.Equal(settings.Length, losses.Distinct().Count());
    }

    [Fact]
    public void Adamw_decays_weights_alone_and_gradients_are_limited_together()
    {
        var random = new RandomSource(7);
        var network = new Sequential(new Flatten(), MultilayerPerceptron.Create(
            SmallImages.Height * SmallImages.Width, [8], SmallImages.Classes, random, new MultilayerPerceptronOptions
            {
                Normalization = linear => new BatchNorm(linear.Outputs),
            }));
        var optimizer = new AdamW(0.05, weightDecay: 0.5) { Groups = [ParameterGroup.WithoutWeightDecay(network)] };
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), optimizer) { Clipping = GradientClipping.ByNorm(0.25) };
        EpochResult last = trainer.Fit(
            IdxImages.LoadFolder(_images.Folder).Train, new FitOptions { Epochs = 2, BatchSize = 10, Seed = 7 })[^1];

        CommandRun run = Train(
            "--epochs", "2", "--batch-size", "10", "--json", "--hidden", "8", "--seed", "7", "--optimizer", "adamw", "--lr", "0.05",
            "--weight-decay", "0.5", "--clip-norm", "0.25");
        Assert.Equal(last.Loss, LastLoss(run));
    }

    [Fact]
    public void Nesterov_s_form_is_for_networks_with_a_default_momentum_too() =>
        Assert.Equal(0, Train("--net", "cnn", "--nesterov", "--epochs", "1").ExitCode);

    [Theory]
    [InlineData("cnn", "sgd", "0.05", "0.9", "0", "32", "1")]
    [InlineData("cnn", "adam", "0.001", "0", "0", "32", "1")]
    [InlineData("resnet20", "sgd", "0.1", "0.9", "0.0001", "128", "0")]
    public void Networks_for_images_have_defaults_of_their_own(
        string net, string optimizer, string rate, string momentum, string decay, string batchSize, string warmUp)
    {
        // Sixty images: two batches of 32 to an epoch, one of 128.
        string[] words = ["--json", "--epochs", "5", "--net", net, "--optimizer", optimizer];
        Assert.Equal(
            Losses(Train(
                [
                    .. words, "--lr", rate, "--momentum", momentum, "--weight-decay", decay, "--batch-size", batchSize,
                    "--schedule", "linear", "--warmup", warmUp,
                ])),
            Losses(Train(words)));
    }

    [Fact]
    public void A_schedule_is_the_library_s_over_all_steps()
    {
        var network = MultilayerPerceptron.Create(SmallImages.Height * SmallImages.Width, [8], SmallImages.Classes, new RandomSource(7));
        var trainer = new Trainer<int>(new Sequential(new Flatten(), network), new SoftmaxCrossEntropy(), new Sgd(0.1));
        EpochResult last = trainer.Fit(IdxImages.LoadFolder(_images.Folder).Train, new FitOptions
        {
            Epochs = 3,
            BatchSize = 10,
            Seed = 7,
            Schedule = LearningRateSchedule.Cosine with { WarmUp = 4 },
        })[^1];

        CommandRun run = Train(
            "--epochs", "3", "--batch-size", "10", "--json", "--norm", "none", "--hidden", "8", "--seed", "7", "--schedule", "cosine",
            "--warmup", "4");
        Assert.Equal(last.Loss, LastLoss(run));
    }

    [Fact]
    public void A_warm_up_as_long_as_training_is_refused()
    {
        Train([.. Small, "--warmup", "18"]).AssertRefused(2, "--warmup 18", "18 steps");
        Assert.Equal(0, Train([.. Small, "--warmup", "17"]).ExitCode);
    }

    [Fact]
    public void Without_options_five_epochs_of_the_default_network_are_trained() => Assert.Equal(
        Losses(Train("--json", "--epochs", "5", "--hidden", "100,100,100,100,100", "--batch-size", "100")),
        Losses(Train("--json")));

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void Weights_are_drawn_as_suits_the_activation_and_the_settings_are_those_of_the_library(string activation)
    {
        var network = MultilayerPerceptron.Create(
            SmallImages.Height * SmallImages.Width, [8], SmallImages.Classes, new RandomSource(7), new MultilayerPerceptronOptions
            {
                Activation = activation == "relu" ? static () => new Relu() : static () => new Tanh(),
                Weights = activation == "relu" ? Initializer.HeNormal : Initializer.XavierNormal,
            });
        var trainer = new Trainer<int>(new Sequential(new Flatten(), network), new SoftmaxCrossEntropy(), new Sgd(0.1));
        EpochResult epoch = trainer.Fit(
            IdxImages.LoadFolder(_images.Folder).Train, new FitOptions { BatchSize = 10, Seed = 7 }).Single();

        CommandRun run = Train(
            "--json", "--norm", "none", "--hidden", "8", "--activation", activation, "--seed", "7", "--batch-size", "10", "--epochs", "1");
        Assert.Equal(epoch.Loss, LastLoss(run));
    }

    [Fact]
    public void Threads_are_set_as_told()
    {
        Train([.. Small, "--threads", "3"]);
        Assert.Equal(3, Parallelism.Threads);
    }

    [Theory]
    [InlineData("--epochs '-1'", "--epochs", "-1")]
    [InlineData("--epochs 'abc'", "--epochs", "abc")]
    [InlineData("--epochs '0'", "--epochs", "0")]
    [InlineData("--epochs '1.5'", "--epochs", "1.5")]
    [InlineData("--epochs '99999999999'", "--epochs", "99999999999")]
    [InlineData("--epochs ''", "--epochs", "")]
    [InlineData("--epochs", "--epochs")]
    [InlineData("--epochs", "--epochs", "1", "--epochs", "2")]
    [InlineData("--lr 'nan'", "--lr", "nan")]
    [InlineData("--lr '-0.1'", "--lr", "-0.1")]
    [InlineData("--lr '1e999'", "--lr", "1e999")]
    [InlineData("--lr '0,1'", "--lr", "0,1")]
    [InlineData("--hidden '0'", "--hidden", "0")]
    [InlineData("--hidden ','", "--hidden", ",")]
    [InlineData("--hidden ''", "--hidden", "")]
    [InlineData("--hidden '100,-1'", "--hidden", "100,-1")]
    [InlineData("--hidden '65537'", "--hidden", "65537")]
    [InlineData("--norm 'foo'", "--norm", "foo")]
    [InlineData("batch, none", "--norm", "BATCH")]
    [InlineData("mlp, cnn, resnet20", "--net", "resnet")]
    [InlineData("--hidden applies to --net mlp", "--net", "cnn", "--hidden", "8")]
    [InlineData("--hidden applies to --net mlp", "--net", "resnet20", "--hidden", "100,100,100,100,100")]
    [InlineData("--activation applies to --net mlp", "--net", "cnn", "--activation", "tanh")]
    [InlineData("--dropout applies to --net mlp and cnn", "--net", "resnet20", "--dropout", "0.1")]
    [InlineData("relu, sigmoid, tanh", "--activation", "gelu")]
    [InlineData("--dropout '1'", "--dropout", "1")]
    [InlineData("sgd, adam, adamw, rmsprop", "--optimizer", "rms")]
    [InlineData("sgd and rmsprop, not to adamw", "--momentum", "0.9", "--optimizer", "adamw")]
    [InlineData("--nesterov applies to --optimizer sgd", "--nesterov", "--momentum", "0.9", "--optimizer", "rmsprop")]
    [InlineData("--nesterov needs a --momentum", "--nesterov")]
    [InlineData("--clip-norm '0'", "--clip-norm", "0")]
    [InlineData("--clip-norm '1e39'", "--clip-norm", "1e39")]
    [InlineData("--momentum '1'", "--momentum", "1")]
    [InlineData("--momentum", "--momentum", "0.9", "--optimizer", "adam")]
    [InlineData("--weight-decay '-1'", "--weight-decay", "-1")]
    [InlineData("--batch-size '0'", "--batch-size", "0")]
    [InlineData("constant, linear, cosine", "--schedule", "step")]
    [InlineData("--warmup '-1'", "--warmup", "-1")]
    [InlineData("--augment ''", "--augment", "")]
    [InlineData("crop, flip or crop,flip", "--augment", "crop,turn")]
    [InlineData("--augment 'flip,flip'", "--augment", "flip,flip")]
    [InlineData("--seed '-1'", "--seed", "-1")]
    [InlineData("--seed '18446744073709551616'", "--seed", "18446744073709551616")]
    [InlineData("--threads '0'", "--threads", "0")]
    [InlineData("--threads '1025'", "--threads", "1025")]
    [InlineData("--data ''", "--data", "")]
    [InlineData("'extra'", "extra")]
    [InlineData("'@file'", "@file")]
    [InlineData("no option '--epoch'", "--epoch", "3")]
    [InlineData("no option '--x y'", "--x\ny")]
    public void An_invalid_command_line_is_one_line_and_exit_code_2(string words, params string[] arguments) =>
        CommandRun.Of(["train", .. arguments]).AssertRefused(2, words, "'evenkeel train --help'");

    [Theory]
    [InlineData(60, "59", "60 images in batches of 59")]
    [InlineData(61, "20", "61 images in batches of 20")]
    [InlineData(60, "1", "at least two")]
    [InlineData(1, "100", "at least two")]
    public void A_batch_of_one_is_refused_before_training_with_batch_normalization(int images, string batchSize, string words)
    {
        using var data = new SmallImages(images);
        string[] arguments = ["train", "--data", data.Folder, "--epochs", "1", "--hidden", "8", "--batch-size", batchSize];
        CommandRun.Of(arguments).AssertRefused(2, words);
        Assert.Equal(0, CommandRun.Of([.. arguments, "--norm", "none"]).ExitCode);
    }

    [Theory]
    [InlineData("65536,65536")]
    [InlineData("65536,65536,65536,65536,65536,65536,65536,65536")]
    public void A_network_too_large_for_the_machine_is_refused_before_it_is_made(string hidden) =>
        Train("--hidden", hidden).AssertRefused(2, "weights", "--hidden");

    [Fact]
    public void A_network_whose_layers_are_possible_but_too_many_is_refused_too() =>
        Train("--hidden", string.Join(',', Enumerable.Repeat("40000", 100))).AssertRefused(2, "GB", "--hidden");

    [Theory]
    [InlineData("cnn", "batch")]
    [InlineData("cnn", "none")]
    [InlineData("cnn", "layer")]
    [InlineData("cnn", "rms")]
    [InlineData("cnn", "instance")]
    [InlineData("cnn", "group")]
    [InlineData("cnn", "renorm")]
    [InlineData("cnn", "cross-iteration")]
    [InlineData("cnn", "ghost")]
    [InlineData("resnet20", "batch")]
    [InlineData("resnet20", "cross-iteration")]
    public void Networks_for_images_learn_with_each_normalization(string net, string norm)
    {
        CommandRun run = Train("--net", net, "--norm", norm, "--epochs", "6", "--batch-size", "10", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(LastLoss(run) < 0.5 * Loss(run.OutputLines[0]), run.Output);
    }

    [Fact]
    public void Networks_normalizations_and_dropout_each_make_another_network() => Assert.Equal(
        5,
        ((string[][])[["mlp"], ["cnn"], ["cnn", "--norm", "none"], ["cnn", "--dropout", "0.2"], ["resnet20"]])
            .Select(words => Losses(Train(["--epochs", "1", "--batch-size", "20", "--json", "--net", .. words])))
            .Distinct()
            .Count());

    [Fact]
    public void A_batch_of_one_image_is_enough_where_a_channel_has_several_positions() =>
        Assert.Equal(0, Train("--net", "cnn", "--epochs", "1", "--batch-size", "1").ExitCode);

    [Fact]
    public void Images_too_small_for_a_network_are_refused_before_training()
    {
        _images.Write("train-images-idx3-ubyte", [.. SmallImages.Header(0x08, 60, 2, 10), .. SmallImages.Images(60)[16..]]);
        _images.Write(
            "t10k-images-idx3-ubyte",
            [.. SmallImages.Header(0x08, SmallImages.TestCount, 2, 10), .. SmallImages.Images(SmallImages.TestCount)[16..]]);
        Train("--net", "cnn").AssertRefused(2, "--net cnn", "at least 4×4", "2×10");

        _images.Write("train-images-idx3-ubyte", [.. SmallImages.Header(0x08, 60, 1, 1), .. new byte[60]]);
        _images.Write(
            "t10k-images-idx3-ubyte", [.. SmallImages.Header(0x08, SmallImages.TestCount, 1, 1), .. new byte[SmallImages.TestCount]]);
        Train("--net", "resnet20", "--batch-size", "59").AssertRefused(2, "leave one image");
        Train("--net", "resnet20", "--norm", "instance").AssertRefused(2, "--norm instance", "a channel has one");
    }

    [Fact]
    public void Images_too_small_to_be_shifted_are_refused() =>
        Train("--augment", "crop,flip").AssertRefused(2, "--augment crop", "4 pixels", "4×5");

    [Fact]
    public void An_end_before_the_first_step_is_said_and_is_exit_code_1()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        CommandRun run = CommandRun.Of(["train", "--data", _images.Folder], source.Token);
        run.AssertRefused(1, "interrupted before the first step");
    }

    [Fact]
    public void An_end_after_an_epoch_leaves_what_was_learned_and_is_exit_code_1()
    {
        using var output = new CancellingWriter("\"epoch\":2");
        CommandRun run = CommandRun.Of(
            ["train", "--data", _images.Folder, "--epochs", "1000", "--json"], output, new StringWriter(), output.Token);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(2, run.OutputLines.Length);
        run.AssertOneErrorLine("interrupted");
    }

    private static double Loss(string line) => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble();

    private static double LastLoss(CommandRun run) => Loss(run.OutputLines[^1]);

    private static string Losses(CommandRun run) =>
        string.Join(' ', run.OutputLines.Select(line => Loss(line).ToString("R", CultureInfo.InvariantCulture)));

    private CommandRun Train(params string[] arguments) => CommandRun.Of(["train", "--data", _images.Folder, .. arguments]);

    [GeneratedRegex(@"^epoch [123]: loss \d\.\d{4}, test accuracy [01]\.\d{4}, \d+\.\d\d s$")]
    private static partial Regex EpochLine();
}
