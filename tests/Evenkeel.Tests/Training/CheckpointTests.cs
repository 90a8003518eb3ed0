using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Tests.Models;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Training;

public class CheckpointTests
{
    private const int StepsPerEpoch = 4;
    private const int Epochs = 3;

    private static readonly string[] Kinds = ["sgd", "momentum", "adam", "adamw", "rmsprop", "cross-iteration", "renorm", "images"];

    public static TheoryData<string> AllKinds => [.. Kinds];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Training_that_stops_after_any_step_resumes_to_the_same_bits(string kind)
    {
        Trainer<int> whole = Create(kind);
        IReadOnlyList<EpochResult> expected = whole.Fit(Data(kind), Options(kind));
        for (int stop = 0; stop <= StepsPerEpoch * Epochs; stop++)
        {
            using var folder = new TemporaryFolder();
            Trainer<int> stopped = Create(kind, new Checkpoints(folder.Path) { EverySteps = 1, Keep = 1 });
            Stop(stopped, kind, afterSteps: stop);
            Trainer<int> resumed = Create(kind, new Checkpoints(folder.Path));
            Assert.Equal(stop > 0, resumed.Resume());
            Assert.Equal(stop, resumed.Steps);
            IReadOnlyList<EpochResult> results = resumed.Fit(Data(kind), Options(kind));
            ModelFileTests.AssertSameState(whole.Network, resumed.Network);
            Assert.Equal(whole.Steps, resumed.Steps);
            AssertSame(expected, results);
            AssertSame(whole.History, resumed.History);
        }
    }

    [Theory]
    [InlineData("adam", "78e8c28cc9c7e29f")]
    [InlineData("images", "53ccbe8c35f70c5e")]
    [InlineData("cross-iteration", "0c85d0642ef33537")]
    [InlineData("renorm", "455c490fddfb612f")]
    public void A_change_of_any_bit_of_training_raises_the_version_of_the_arithmetic(string kind, string hash)
    {
        // If this fails and the change is meant, raise Arithmetic.Version, and set the hashes to those of the new bits.
        Assert.Equal(1, Arithmetic.Version);
        Trainer<int> trainer = Create(kind);
        trainer.Fit(Data(kind), Options(kind));
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateTensor tensor in trainer.Network.StateDict(includeTrainingOnly: true))
        {
            tensor.ForEachPart(sha.AppendData);
        }

        Assert.Equal(hash, Convert.ToHexStringLower(sha.GetHashAndReset())[..16]);
    }

    [Fact]
    public void A_cancelled_call_writes_a_checkpoint_before_it_ends()
    {
        using var folder = new TemporaryFolder();
        Stop(Create("adam", new Checkpoints(folder.Path) { AtEpochEnd = false }), "adam", afterSteps: 6);
        Assert.Single(Directory.GetFiles(folder.Path));
        Trainer<int> whole = Create("adam"), resumed = Create("adam", new Checkpoints(folder.Path));
        whole.Fit(Data("adam"), Options("adam"));
        Assert.True(resumed.Resume());
        AssertSame(whole.History, resumed.Fit(Data("adam"), Options("adam")));
        AssertSame(whole.History, resumed.History);
        ModelFileTests.AssertSameState(whole.Network, resumed.Network);
    }

    [Fact]
    public void The_second_call_of_Fit_is_resumed_too()
    {
        Trainer<int> whole = Create("adam");
        whole.Fit(Data("adam"), Options("adam"));
        whole.Fit(Data("adam"), Options("adam") with { Seed = 9 });
        using var folder = new TemporaryFolder();
        Trainer<int> stopped = Create("adam", new Checkpoints(folder.Path) { EverySteps = 1 });
        stopped.Fit(Data("adam"), Options("adam"));
        using var cancellation = new CancellationTokenSource();
        FitOptions second = Options("adam") with { Seed = 9 };
        stopped.Fit(Data("adam"), second, progress: new Canceller(5, cancellation), cancellationToken: cancellation.Token);
        Trainer<int> resumed = Create("adam", new Checkpoints(folder.Path));
        Assert.True(resumed.Resume());
        Assert.Equal(Epochs, resumed.Fit(Data("adam"), Options("adam")).Count);
        Assert.Equal(Epochs, resumed.Fit(Data("adam"), Options("adam") with { Seed = 9 }).Count);
        ModelFileTests.AssertSameState(whole.Network, resumed.Network);
        Assert.Equal(2 * Epochs, resumed.History.Count);
    }

    [Fact]
    public void A_finished_call_is_not_trained_again_and_a_longer_one_goes_on()
    {
        using var folder = new TemporaryFolder();
        Trainer<int> whole = Create("momentum", new Checkpoints(folder.Path));
        IReadOnlyList<EpochResult> results = whole.Fit(Data("momentum"), Options("momentum"));
        Trainer<int> resumed = Create("momentum", new Checkpoints(folder.Path));
        Assert.True(resumed.Resume());
        AssertSame(results, resumed.Fit(Data("momentum"), Options("momentum")));
        ModelFileTests.AssertSameState(whole.Network, resumed.Network);

        Trainer<int> longer = Create("momentum", new Checkpoints(folder.Path));
        longer.Resume();
        Assert.Equal(Epochs + 1, longer.Fit(Data("momentum"), Options("momentum") with { Epochs = Epochs + 1 }).Count);
        Trainer<int> whole2 = Create("momentum");
        whole2.Fit(Data("momentum"), Options("momentum") with { Epochs = Epochs + 1 });
        ModelFileTests.AssertSameState(whole2.Network, longer.Network);
    }

    [Fact]
    public void Early_stopping_and_the_best_epoch_are_resumed()
    {
        var options = new FitOptions
        {
            Epochs = 8,
            BatchSize = 5,
            ValidationFraction = 0.25,
            RestoreBest = true,
            EarlyStopping = new EarlyStopping { Patience = 2 },
        };
        Trainer<int> whole = Create("sgd", rate: 2);
        IReadOnlyList<EpochResult> expected = whole.Fit(Data("sgd"), options);
        for (int stop = 1; stop < expected.Count * 3; stop++)
        {
            using var folder = new TemporaryFolder();
            Trainer<int> stopped = Create("sgd", new Checkpoints(folder.Path) { EverySteps = 1, KeepBest = true }, rate: 2);
            using var cancellation = new CancellationTokenSource();
            stopped.Fit(Data("sgd"), options, progress: new Canceller(stop, cancellation), cancellationToken: cancellation.Token);
            Trainer<int> resumed = Create("sgd", new Checkpoints(folder.Path), rate: 2);
            Assert.True(resumed.Resume());
            AssertSame(expected, resumed.Fit(Data("sgd"), options));
            ModelFileTests.AssertSameState(whole.Network, resumed.Network);
        }
    }

    [Fact]
    public void Damaged_and_cut_checkpoints_are_skipped_with_a_line()
    {
        using var folder = new TemporaryFolder();
        Trainer<int> trainer = Create("adam", new Checkpoints(folder.Path) { EverySteps = 1, Keep = 5 });
        trainer.Fit(Data("adam"), Options("adam"));
        IReadOnlyList<string> files = trainer.Checkpoints!.GetFiles();
        Assert.Equal(5, files.Count);
        byte[] newest = File.ReadAllBytes(files[4]);
        newest[^1] ^= 1;
        File.WriteAllBytes(files[4], newest);
        File.WriteAllBytes(files[3], File.ReadAllBytes(files[3])[..1000]);
        File.WriteAllBytes(files[2], []);
        var lines = new List<string>();
        Trainer<int> resumed = Create("adam", new Checkpoints(folder.Path) { Warning = lines.Add });
        Assert.True(resumed.Resume());
        Assert.Equal(trainer.Steps - 3, resumed.Steps);
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
        foreach (string file in files)
        {
            File.WriteAllBytes(file, [1]);
        }

        Assert.Throws<InvalidDataException>(() => Create("adam", new Checkpoints(folder.Path)).Resume());
    }

    [Fact]
    public void The_last_and_the_best_are_kept_and_leftovers_deleted()
    {
        using var folder = new TemporaryFolder();
        string leftover = folder.Write($".checkpoint-0000000007.evenkeel.{Guid.NewGuid():N}.evenkeel.tmp", [1]);
        string other = folder.Write("notes.txt", [1]);
        var checkpoints = new Checkpoints(folder.Path) { EverySteps = 1, Keep = 2, KeepBest = true };
        Trainer<int> trainer = Create("sgd", checkpoints);
        trainer.Fit(Data("sgd"), Options("sgd"), validation: Data("sgd"));
        Assert.False(File.Exists(leftover));
        Assert.Equal(
            ["best.evenkeel", "checkpoint-0000000011.evenkeel", "checkpoint-0000000012.evenkeel", "notes.txt"],
            Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        ModelFile model = ModelFile.Load(Path.Combine(folder.Path, "checkpoint-0000000012.evenkeel"));
        ModelFileTests.AssertSameState(trainer.Network, model.Network);
        Assert.True(File.Exists(other));
    }

    [Fact]
    public void What_differs_from_the_interrupted_call_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        Stop(Create("adam", new Checkpoints(folder.Path) { EverySteps = 1 }), "adam", afterSteps: 5);
        FitOptions options = Options("adam");
        Refuses(options with { BatchSize = 7 }, "BatchSize");
        Refuses(options with { Seed = 7 }, "Seed");
        Refuses(options with { Epochs = 7 }, "Epochs"); // its schedule depends on them
        Refuses(options with { Schedule = null }, "Schedule");

        void Refuses(FitOptions changed, string name)
        {
            Trainer<int> resumed = Create("adam", new Checkpoints(folder.Path));
            resumed.Resume();
            Assert.Contains(
                name, Assert.Throws<ArgumentException>(() => resumed.Fit(Data("adam"), changed)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_network_or_optimizer_is_refused()
    {
        using var folder = new TemporaryFolder();
        Stop(Create("adam", new Checkpoints(folder.Path) { EverySteps = 1 }), "adam", afterSteps: 5);
        var checkpoints = new Checkpoints(folder.Path);
        foreach (string kind in new[] { "sgd", "momentum", "adamw", "cross-iteration" })
        {
            Assert.Throws<InvalidDataException>(() => Create(kind, checkpoints).Resume());
        }

        Assert.Throws<InvalidDataException>(() => new Trainer<int>(Network("adam", seed: 8), new SoftmaxCrossEntropy(), new Adam())
        {
            Checkpoints = checkpoints,
        }.Resume());
        Assert.Throws<InvalidDataException>(() => new Trainer<int>(Network("adam", seed: 7), new SoftmaxCrossEntropy(), new Adam())
        {
            Checkpoints = checkpoints,
            Clipping = GradientClipping.ByNorm(1),
        }.Resume());
        Assert.Throws<InvalidOperationException>(() => Create("adam").Resume());
        Assert.Throws<InvalidOperationException>(() => Create("adam").SaveCheckpoint());
    }

    [Fact]
    public void What_is_frozen_and_the_learning_rate_are_those_of_the_checkpoint()
    {
        using var folder = new TemporaryFolder();
        Trainer<int> trainer = Create("momentum", new Checkpoints(folder.Path));
        trainer.Fit(Data("momentum"), Options("momentum"));
        ((BatchNorm)trainer.Network.Children[1]).Freeze();
        trainer.Network.Children[0].SetTrainable(false);
        trainer.Optimizer.LearningRate = 0.025;
        trainer.SaveCheckpoint();
        Trainer<int> resumed = Create("momentum", new Checkpoints(folder.Path));
        resumed.Resume();
        Assert.True(((BatchNorm)resumed.Network.Children[1]).IsFrozen);
        Assert.All(resumed.Network.Children[0].Parameters, parameter => Assert.False(parameter.IsTrainable));
        Assert.Equal(0.025, resumed.Optimizer.LearningRate);
        trainer.Fit(Data("momentum"), Options("momentum"));
        resumed.Fit(Data("momentum"), Options("momentum"));
        resumed.Fit(Data("momentum"), Options("momentum"));
        ModelFileTests.AssertSameState(trainer.Network, resumed.Network);
    }

    [Fact]
    public void Another_arithmetic_is_resumed_after_a_warning_alone()
    {
        using var folder = new TemporaryFolder();
        Stop(Create("sgd", new Checkpoints(folder.Path) { EverySteps = 1, Keep = 1 }), "sgd", afterSteps: 3);
        Rewrite(Assert.Single(new Checkpoints(folder.Path).GetFiles()));
        Assert.Contains(
            "AllowOtherArithmetic",
            Assert.Throws<InvalidDataException>(() => Create("sgd", new Checkpoints(folder.Path)).Resume()).Message,
            StringComparison.Ordinal);
        var lines = new List<string>();
        Assert.True(Create("sgd", new Checkpoints(folder.Path) { Warning = lines.Add, AllowOtherArithmetic = true }).Resume());
        Assert.Contains("arithmetic", Assert.Single(lines), StringComparison.Ordinal);

        static void Rewrite(string path)
        {
            byte[] file = File.ReadAllBytes(path);
            using Evenkeel.Formats.SafetensorsFile read = Evenkeel.Formats.Safetensors.Read(new MemoryStream(file));
            Dictionary<string, string> texts = read.Metadata
                .Where(text => !text.Key.EndsWith("sha256", StringComparison.Ordinal))
                .ToDictionary(
                    text => text.Key, text => text.Value.Replace("\"arithmetic\":1", "\"arithmetic\":0", StringComparison.Ordinal));
            Evenkeel.Formats.Safetensors.Write(path, read.Tensors, texts);
        }
    }

    [Fact]
    public void An_optimizer_without_a_described_state_cannot_be_in_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var trainer = new Trainer<int>(Network("sgd", 7), new SoftmaxCrossEntropy(), new Still()) { Checkpoints = new(folder.Path) };
        Assert.Contains(
            "StateOf",
            Assert.Throws<NotSupportedException>(() => trainer.Fit(Data("sgd"), Options("sgd"))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_folder_that_vanishes_ends_training_with_an_exception_that_names_it()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "run");
        Trainer<int> trainer = Create("sgd", new Checkpoints(path));
        FitOptions options = Options("sgd") with { EpochCompleted = _ => Directory.Delete(path, recursive: true) };
        Assert.Contains("run", Assert.ThrowsAny<IOException>(() => trainer.Fit(Data("sgd"), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_another_training_is_refused_unless_it_is_resumed()
    {
        using var folder = new TemporaryFolder();
        Create("sgd", new Checkpoints(folder.Path)).Fit(Data("sgd"), Options("sgd"));
        string[] before = [.. new Checkpoints(folder.Path).GetFiles()];
        Trainer<int> other = Create("sgd", new Checkpoints(folder.Path));
        Assert.Contains(
            "Resume",
            Assert.Throws<InvalidOperationException>(() => other.Fit(Data("sgd"), Options("sgd"))).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(other.SaveCheckpoint);
        Assert.Equal(0, other.Steps);
        Assert.Equal(before, new Checkpoints(folder.Path).GetFiles());
    }

    [Fact]
    public void Checkpoints_that_are_damaged_or_later_than_the_resumed_one_do_not_take_the_place_of_new_ones()
    {
        using var folder = new TemporaryFolder();
        Stop(Create("sgd", new Checkpoints(folder.Path) { EverySteps = 1, Keep = 3 }), "sgd", afterSteps: 7);
        IReadOnlyList<string> files = new Checkpoints(folder.Path).GetFiles();
        File.WriteAllBytes(files[1], [1]);
        File.WriteAllBytes(files[2], [1]);
        Trainer<int> resumed = Create("sgd", new Checkpoints(folder.Path) { EverySteps = 1, Keep = 1 });
        Assert.True(resumed.Resume());
        using var cancellation = new CancellationTokenSource();
        resumed.Fit(Data("sgd"), Options("sgd"), progress: new Canceller(1, cancellation), cancellationToken: cancellation.Token);
        Assert.Equal(6, resumed.Steps);
        Trainer<int> again = Create("sgd", new Checkpoints(folder.Path));
        Assert.True(again.Resume());
        Assert.Equal(6, again.Steps);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_a_callback_or_the_caller_changes_between_epochs_is_in_the_checkpoint()
    {
        foreach (bool isCallback in new[] { true, false })
        {
            Trainer<int> whole = Create("sgd");
            Run(whole, isCallback, epochs: Epochs);
            using var folder = new TemporaryFolder();
            Run(Create("sgd", new Checkpoints(folder.Path)), isCallback, epochs: 1);
            Trainer<int> resumed = Create("sgd", new Checkpoints(folder.Path));
            Assert.True(resumed.Resume());
            Assert.Equal(0.05, resumed.Optimizer.LearningRate);
            Run(resumed, isCallback, epochs: Epochs);
            ModelFileTests.AssertSameState(whole.Network, resumed.Network);
        }

        static void Run(Trainer<int> trainer, bool isCallback, int epochs)
        {
            FitOptions options = Options("sgd") with { EpochCompleted = isCallback ? _ => trainer.Optimizer.LearningRate /= 2 : null };
            foreach (EpochResult epoch in trainer.Epochs(Data("sgd"), options))
            {
                trainer.Optimizer.LearningRate /= isCallback ? 1 : 2;
                if (epoch.Number == epochs)
                {
                    break;
                }
            }
        }
    }

    [Fact]
    public void A_schedule_over_several_calls_is_resumed()
    {
        FitOptions options = Options("sgd") with { Epochs = 2, Schedule = LearningRateSchedule.Linear with { Epochs = 4 } };
        Trainer<int> whole = Create("sgd");
        whole.Fit(Data("sgd"), options);
        whole.Fit(Data("sgd"), options);
        for (int stop = 1; stop < 8; stop++)
        {
            using var folder = new TemporaryFolder();
            Trainer<int> stopped = Create("sgd", new Checkpoints(folder.Path));
            stopped.Fit(Data("sgd"), options);
            using var cancellation = new CancellationTokenSource();
            stopped.Fit(Data("sgd"), options, progress: new Canceller(stop, cancellation), cancellationToken: cancellation.Token);
            Trainer<int> resumed = Create("sgd", new Checkpoints(folder.Path));
            resumed.Resume();
            resumed.Fit(Data("sgd"), options);
            resumed.Fit(Data("sgd"), options);
            ModelFileTests.AssertSameState(whole.Network, resumed.Network);
        }
    }

    [Fact]
    public void A_checkpoint_is_resumed_under_another_culture()
    {
        using var folder = new TemporaryFolder();
        var options = new FitOptions
        {
            Epochs = 3,
            BatchSize = 5,
            ValidationFraction = 0.25,
            EarlyStopping = new EarlyStopping { MinDelta = 0.25 },
        };
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            using var cancellation = new CancellationTokenSource();
            Create("sgd", new Checkpoints(folder.Path)).Fit(
                Data("sgd"), options, progress: new Canceller(4, cancellation), cancellationToken: cancellation.Token);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Trainer<int> resumed = Create("sgd", new Checkpoints(folder.Path));
        resumed.Resume();
        Assert.Equal(3, resumed.Fit(Data("sgd"), options).Count);
    }

    [Fact]
    public void A_deep_network_is_resumed()
    {
        using var folder = new TemporaryFolder();
        Trainer<int>[] trainers = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            Layer network = new Linear(6, 3, new RandomSource(1));
            for (int i = 0; i < 60; i++)
            {
                network = new Sequential(network);
            }

            return new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.1)) { Checkpoints = new(folder.Path) };
        })];
        trainers[0].Fit(Data("sgd"));
        Assert.True(trainers[1].Resume());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_program_with_several_calls_is_started_again_and_goes_on_where_it_was(bool saves)
    {
        Trainer<int> whole = Create("adam");
        IReadOnlyList<EpochResult>[] expected = Program(whole, int.MaxValue);
        for (int stop = 1; stop <= whole.Steps; stop++)
        {
            using var folder = new TemporaryFolder();
            Program(Create("adam", new Checkpoints(folder.Path) { EverySteps = 1 }), stop);
            Trainer<int> resumed = Create("adam", new Checkpoints(folder.Path));
            Assert.True(resumed.Resume());
            IReadOnlyList<EpochResult>[] results = Program(resumed, int.MaxValue);
            foreach ((IReadOnlyList<EpochResult> a, IReadOnlyList<EpochResult> b) in expected.Zip(results))
            {
                AssertSame(a, b);
            }

            ModelFileTests.AssertSameState(whole.Network, resumed.Network);
            AssertSame(whole.History, resumed.History);
        }

        IReadOnlyList<EpochResult>[] Program(Trainer<int> trainer, int stop)
        {
            using var cancellation = new CancellationTokenSource();
            var canceller = new Canceller(stop, cancellation);
            trainer.Network.Children[0].SetTrainable(false);
            var first = new FitOptions { Epochs = 2, BatchSize = 5, Seed = 3 };
            IReadOnlyList<EpochResult> a = trainer.Fit(Data("adam"), first, progress: canceller, cancellationToken: cancellation.Token);
            if (cancellation.IsCancellationRequested)
            {
                return [a];
            }

            if (saves && trainer is { Checkpoints: not null, Interrupted.Count: 0 })
            {
                trainer.SaveCheckpoint();
            }

            trainer.Network.Children[0].SetTrainable(true);
            FitOptions second = Options("adam");
            IReadOnlyList<EpochResult> b = trainer.Fit(Data("adam"), second, progress: canceller, cancellationToken: cancellation.Token);
            return [a, b];
        }
    }

    [Fact]
    public void A_checkpoint_that_is_saved_within_a_call_has_its_position()
    {
        using var folder = new TemporaryFolder();
        Trainer<int> whole = Create("adam"), saving = Create("adam", new Checkpoints(folder.Path) { AtEpochEnd = false });
        IReadOnlyList<EpochResult> expected = whole.Fit(Data("adam"), Options("adam"));
        foreach (EpochResult epoch in saving.Epochs(Data("adam"), Options("adam")))
        {
            saving.SaveCheckpoint();
            break;
        }

        Trainer<int> resumed = Create("adam", new Checkpoints(folder.Path));
        Assert.True(resumed.Resume());
        Assert.Throws<InvalidOperationException>(resumed.SaveCheckpoint);
        AssertSame(expected, resumed.Fit(Data("adam"), Options("adam")));
        ModelFileTests.AssertSameState(whole.Network, resumed.Network);
    }

    [Fact]
    public void Another_call_may_begin_from_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        Create("sgd", new Checkpoints(folder.Path)).Fit(Data("sgd"), Options("sgd"));
        Trainer<int> resumed = Create("sgd", new Checkpoints(folder.Path));
        resumed.Resume(continueFit: false);
        Assert.Equal([4, 5], resumed.Fit(Data("other"), new FitOptions { Epochs = 2, BatchSize = 7 }).Select(epoch => epoch.Number));
    }

    [Fact]
    public void Other_data_another_split_and_another_group_are_refused()
    {
        using var folder = new TemporaryFolder();
        var options = new FitOptions { Epochs = 2, BatchSize = 5, ValidationFraction = 0.25 };
        Layer network = Network("sgd", 7);
        Trainer<int> trainer = Grouped(network, network.Parameters[0]);
        trainer.Fit(Data("sgd"), options);
        Trainer<int> resumed = Resumed();
        Dataset<int> data = Data("sgd");
        Assert.Throws<ArgumentException>(() => resumed.Fit(data, options with { ValidationFraction = 0 }, data.Slice(14, 5)));
        data.Inputs[18, 0] += 1;
        Assert.Throws<ArgumentException>(() => resumed.Fit(data, options));
        Layer other = Network("sgd", 7);
        Assert.Throws<InvalidDataException>(() => Grouped(other, other.Parameters[1]).Resume());

        Trainer<int> Grouped(Layer network, Parameter parameter) => new(network, new SoftmaxCrossEntropy(), new Sgd(0.1)
        {
            Groups = [new ParameterGroup([parameter]) { WeightDecay = 0.5 }],
        })
        {
            Checkpoints = new(folder.Path),
        };

        Trainer<int> Resumed()
        {
            Layer network = Network("sgd", 7);
            Trainer<int> trainer = Grouped(network, network.Parameters[0]);
            Assert.True(trainer.Resume());
            return trainer;
        }
    }

    [Theory]
    [InlineData("training:position", 1, double.NaN)]
    [InlineData("training:position", 1, -1)]
    [InlineData("training:position", 1, 1e300)]
    [InlineData("training:position", 2, 0.5)]
    [InlineData("training:position", 6, double.NaN)]
    [InlineData("training:position", 6, 1e300)]
    [InlineData("training:history", 0, -1)]
    [InlineData("training:history", 4, double.PositiveInfinity)]
    [InlineData("training:position", -1, 0)]
    [InlineData("training:history", -1, 0)]
    [InlineData("training:optimizer/0.weight/momentum_buffer", -1, 0)]
    public void A_crafted_checkpoint_is_refused_and_changes_nothing(string name, int index, double value)
    {
        using var folder = new TemporaryFolder();
        Create("momentum", new Checkpoints(folder.Path) { Keep = 1 }).Fit(Data("momentum"), Options("momentum"));
        string path = Assert.Single(new Checkpoints(folder.Path).GetFiles());
        using (Evenkeel.Formats.SafetensorsFile read = Evenkeel.Formats.Safetensors.Read(new MemoryStream(File.ReadAllBytes(path))))
        {
            Evenkeel.Formats.Safetensors.Write(
                path,
                read.Tensors.Where(tensor => index >= 0 || tensor.Name != name)
                    .Select(tensor => tensor.Name == name ? Changed(tensor) : tensor),
                read.Metadata.Where(text => !text.Key.EndsWith("sha256", StringComparison.Ordinal)).ToDictionary());
        }

        Trainer<int> trainer = Create("momentum", new Checkpoints(folder.Path));
        byte[] before = ModelFileTests.Write(trainer.Network);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => trainer.Resume()).Message, StringComparison.Ordinal);
        Assert.Equal(before, ModelFileTests.Write(trainer.Network));
        Assert.Equal(0, trainer.Steps);

        NamedTensor Changed(NamedTensor tensor)
        {
            Tensor<double> values = tensor.Read<double>();
            values.Elements()[index] = value;
            return StateTensor.Of(tensor.Name, values);
        }
    }

    [Fact]
    public void A_trainer_that_has_trained_does_not_resume()
    {
        using var folder = new TemporaryFolder();
        Trainer<int> trainer = Create("sgd", new Checkpoints(folder.Path));
        trainer.Fit(Data("sgd"));
        Assert.Throws<InvalidOperationException>(() => trainer.Resume());
    }

    private static void Stop(Trainer<int> trainer, string kind, int afterSteps)
    {
        using var cancellation = new CancellationTokenSource();
        if (afterSteps == 0)
        {
            cancellation.Cancel();
        }

        trainer.Fit(Data(kind), Options(kind), progress: new Canceller(afterSteps, cancellation), cancellationToken: cancellation.Token);
    }

    private static Trainer<int> Create(string kind, Checkpoints? checkpoints = null, double rate = 0.1)
    {
        Layer network = Network(kind, seed: 7);
        Optimizer optimizer = kind switch
        {
            "sgd" => new Sgd(rate),
            "adam" => new Adam(),
            "adamw" => new AdamW { Groups = [ParameterGroup.WithoutWeightDecay(network)] },
            "rmsprop" => new RmsProp(momentum: 0.5, centered: true),
            _ => new Sgd(rate, momentum: 0.9, weightDecay: 0.01),
        };
        return new(network, new SoftmaxCrossEntropy(), optimizer) { Checkpoints = checkpoints };
    }

    private static Sequential Network(string kind, ulong seed)
    {
        var random = new RandomSource(seed);
        var first = new Linear(6, 5, random);
        return kind switch
        {
            "images" => new(
                new Conv2d(1, 3, 3, random, new() { ChannelAxis = -1 }), new BatchNorm(3, new() { ChannelAxis = -1 }), new Relu(),
                new ChannelDropout(0.5, random, -1), new Flatten(), new Linear(12, 3, random)),
            "cross-iteration" => new(first, new CrossIterationBatchNorm(first, new() { Window = 3 }), new Relu(), new Linear(5, 3, random)),
            "renorm" => new(
                first,
                new BatchRenorm(5, new() { Schedule = RenormSchedule.Linear(2, 3, 9, 5, 11) }),
                new Relu(),
                new Linear(5, 3, random)),
            _ => new(first, new BatchNorm(5), new Relu(), new Dropout(0.25, random), new Linear(5, 3, random)),
        };
    }

    private static FitOptions Options(string kind) => new()
    {
        Epochs = Epochs,
        BatchSize = 5,
        Seed = 3,
        Schedule = kind == "adam" ? LearningRateSchedule.Cosine with { WarmUp = 2 } : null,
        Augmentation = kind == "images" ? new ImageAugmentation { Padding = 1, Mirror = true } : null,
    };

    private static Dataset<int> Data(string kind)
    {
        const int Count = 19; // the last batch is smaller
        ReadOnlySpan<nint> shape = kind == "images" ? [Count, 4, 4, 1] : [Count, 6];
        return new Dataset<int>(
            Tensor.Create(TestData.Uniform((int)TensorPrimitives.Product(shape), kind == "other" ? 2 : 1), shape),
            Tensor.Create([.. Enumerable.Range(0, Count).Select(i => i % 3)]));
    }

    private static void AssertSame(IEnumerable<EpochResult> expected, IEnumerable<EpochResult> actual) => Assert.Equal(
        expected.Select(static result => result with { Elapsed = default }),
        actual.Select(static result => result with { Elapsed = default }));

    private sealed class Canceller(int steps, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        private int _steps;

        public void Report(TrainingProgress value)
        {
            if (++_steps == steps)
            {
                source.Cancel();
            }
        }
    }

    private sealed class Still() : Optimizer(0.1)
    {
        protected override void Update(Parameter parameter, double learningRate, double weightDecay)
        {
        }
    }
}
