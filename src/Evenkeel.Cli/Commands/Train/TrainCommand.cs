using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Evenkeel.Cli.Commands.Distributed;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Distributed;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tables;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Train;

/// <summary><c>evenkeel train</c>: trains a network on images or on a table, and prints the loss and the measures of each epoch.</summary>
internal static class TrainCommand
{
    private const string AtLeastOne = "a whole number of at least 1";
    private const string NotNegative = "a finite number of at least 0";
    private const string Fraction = "a number of at least 0 and below 1";

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        TrainingDefaults perceptron = TrainingDefaults.Of(NetworkSettings.Perceptron);
        TrainingDefaults convolutional = TrainingDefaults.Of(NetworkSettings.Convolutional);
        TrainingDefaults residual = TrainingDefaults.Of(NetworkSettings.Residual);
        Option<string> net = NetworkSettings.NetOption();
        Option<int[]> hidden = Hidden();
        Option<string> norm = NormOption.Create();
        Option<string> activation = SharedOptions.Choice(
            "--activation", "Activation after each hidden layer of an mlp (default relu).", NetworkSettings.Activations);
        Option<double> dropout = SharedOptions.Number(
            "--dropout",
            "P",
            "Probability of dropping a unit after each activation; in a cnn, a channel (default 0, on a table 0.1).",
            0.0,
            Fraction,
            IsFraction);
        Option<string> method = SharedOptions.Choice(
            "--optimizer", "Optimizer (default sgd; a table takes adamw).", OptimizerSettings.Methods);
        Option<double?> rate = SharedOptions.OptionalNumber<double>(
            "--lr",
            "RATE",
            Invariant($"Learning rate (default {perceptron.LearningRate}, for cnn {convolutional.LearningRate}; ")
                + Invariant($"{TrainingDefaults.AdaptiveLearningRate} for adam, adamw and rmsprop; on a table 0.003)."),
            NotNegative,
            IsNotNegative);
        Option<double?> momentum = SharedOptions.OptionalNumber<double>(
            "--momentum",
            "M",
            Invariant($"Momentum of sgd and rmsprop (default {perceptron.Momentum}; ")
                + Invariant($"with sgd for cnn and resnet20 {convolutional.Momentum})."),
            Fraction,
            IsFraction);
        Option<bool> nesterov = new("--nesterov") { Description = "Use Nesterov's form of the momentum of sgd." };
        Option<double?> decay = SharedOptions.OptionalNumber<double>(
            "--weight-decay",
            "D",
            Invariant($"Weight decay (default {perceptron.WeightDecay}; with sgd for resnet20 {residual.WeightDecay}; ")
                + Invariant($"with adamw {TrainingDefaults.AdamWWeightDecay}, but none for biases and the scale and shift of ")
                + "normalizations).",
            NotNegative,
            IsNotNegative);
        Option<double?> clipNorm = SharedOptions.OptionalNumber<double>(
            "--clip-norm",
            "N",
            "Largest norm of all gradients together; larger gradients are scaled down to it (default no limit).",
            "a finite number above 0",
            value => value > 0 && float.IsFinite((float)value));
        Option<string?> schedule = ScheduleOption.Create();
        Option<int?> warmUp = ScheduleOption.CreateWarmUp();
        Option<int> epochs = SharedOptions.Number(
            "--epochs",
            "N",
            "Number of passes over the training images (default 5), or over the rows of a table at most (default 100).",
            5,
            AtLeastOne,
            value => value >= 1);
        Option<int?> batchSize = SharedOptions.OptionalNumber<int>(
            "--batch-size",
            "N",
            Invariant($"Images per step (default {perceptron.BatchSize}; for cnn {convolutional.BatchSize}, ")
                + Invariant($"for resnet20 {residual.BatchSize}), or rows of a table (default 32 to 512, by their number)."),
            AtLeastOne,
            value => value >= 1);
        Option<ulong> seed = SharedOptions.Seed("Seed of initial weights, dropout, augmentation and image order (default 0).");
        Option<ImageAugmentation?> augment = AugmentOption.Create();
        Option<string?> data = DataOption.Create();
        Option<int> threads = SharedOptions.Threads();
        Option<string?> save = SharedOptions.File(
            "--save", "File for the trained network, by convention *.evenkeel; 'evenkeel model' and 'evenkeel predict' read it.");
        Option<string?> folder = CheckpointSettings.FolderOption();
        Option<CheckpointSettings.Frequency?> every = CheckpointSettings.EveryOption();
        Option<bool> resume = CheckpointSettings.ResumeOption();
        Option<bool> json = SharedOptions.Json("Print one line of JSON per epoch on standard output, and nothing else.");
        var distributed = new DistributedOptions();

        var tables = new TableOptions();
        Argument<string?> tablePath = new("TABLE")
        {
            Description = "A table to train on, CSV or Parquet, with --label; without one, images.",
            HelpName = "TABLE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option[] ofImages =
        [
            net, method, schedule, warmUp, momentum, nesterov, clipNorm, augment, data, folder, every, resume, .. distributed.All,
        ];

        var command = new DocumentedCommand(
            "train", "Train a network on images or on a table, and measure it on test images or on rows held out.")
        {
            tablePath,
        };
        command.Sections.Add(("Normalizations", NormOption.Meanings()));
        command.AddGroup("Network", net, hidden, norm, activation, dropout);
        command.AddGroup("Training",
            method, rate, schedule, warmUp, momentum, nesterov, decay, clipNorm, epochs, batchSize, augment, seed, threads);
        command.AddGroup("Data and output", data, save, json);
        command.AddGroup("Checkpoints", folder, every, resume);
        command.AddGroup("Several processes or machines", distributed.All);
        command.AddGroup("Tables: columns", tables.Columns);
        command.AddGroup("Tables: training", tables.Training);
        command.AddGroup("Tables: files", tables.File);
        command.Examples.Add(("evenkeel train", "the MNIST digits, five hidden layers with batch normalization"));
        command.Examples.Add(("evenkeel train --norm none --hidden 256,128 --optimizer adam", "two hidden layers, no normalization"));
        command.Examples.Add(("evenkeel train --net cnn --epochs 3", "a convolutional network on the MNIST digits"));
        command.Examples.Add((
            "evenkeel train --save net.evenkeel --checkpoint run --every 5m --resume",
            "a network in a file, from a run that may be killed and started again"));
        command.Examples.Add(("evenkeel train --data fashion-mnist --json > epochs.jsonl", "images from a folder, results for a program"));
        command.Examples.Add((
            "evenkeel train adult.csv --label income --save adult.evenkeel", "a table: its columns prepared, a network trained and saved"));
        command.Examples.Add((
            "mpirun -n 4 evenkeel train --distributed --checkpoint run --every 5m --resume", "four processes, the same bits as one"));
        command.SetAction(parsed =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            if (parsed.GetValue(tablePath) is { } table)
            {
                return TrainOnTable(parsed, table);
            }

            if (SharedOptions.FirstGiven(parsed, tables.All) is { } option)
            {
                throw new UsageException($"{option.Name} applies to a table: evenkeel train TABLE --label NAME.");
            }

            if (distributed.Shards(parsed) is not { } shards)
            {
                return TrainOnImages(parsed, terminal, null, null);
            }

            return DistributedJob.Run(
                terminal,
                distributed.Logs(parsed),
                parsed.GetResult(threads) is { Implicit: false } ? parsed.GetValue(threads) : null,
                parsed.GetValue(folder) is null ? "" : "--resume goes on from the last checkpoint.",
                job => TrainOnImages(parsed, job.Terminal, job, shards));
        });
        return command;

        int TrainOnImages(ParseResult parsed, Terminal terminal, DistributedJob? job, int? shards)
        {
            var settings = new NetworkSettings(
                parsed.GetValue(net)!,
                parsed.GetResult(hidden) is null ? null : parsed.GetValue(hidden),
                parsed.GetValue(norm)!,
                parsed.GetValue(activation)!,
                parsed.GetValue(dropout));
            settings.Check();
            var checkpoints = new CheckpointSettings(parsed.GetValue(folder), parsed.GetValue(every), parsed.GetValue(resume));
            checkpoints.Check();
            OutputFile? output = parsed.GetValue(save) is { } path && job is not { WritesFiles: false } ? OutputFile.Create(path) : null;
            output?.CheckWritable();
            TrainingDefaults defaults = TrainingDefaults.Of(settings.Net);
            var optimizer = new OptimizerSettings(
                parsed.GetValue(method)!,
                parsed.GetValue(rate),
                parsed.GetValue(momentum),
                parsed.GetValue(nesterov),
                parsed.GetValue(decay));
            optimizer.Check(defaults);
            ulong seedValue = parsed.GetValue(seed);
            var fit = new FitOptions
            {
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize) ?? defaults.BatchSize,
                Seed = seedValue,
                Augmentation = parsed.GetValue(augment),
            };
            (ImageClassificationData images, _) = DataOption.Load(parsed.GetValue(data));
            AugmentOption.Check(fit.Augmentation, images);
            long steps = (long)fit.Epochs * images.Train.BatchCount(fit.BatchSize);
            fit = fit with { Schedule = ScheduleOption.Schedule(parsed.GetValue(schedule), parsed.GetValue(warmUp), defaults, steps) };
            Sequential network = settings.Create(images, fit.BatchSize, seedValue);
            job?.VerifyData(images.Train);
            using DataParallel<int>? parallel = job is null ? null : new DataParallel<int>(job.Communicator, shards!.Value);
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), optimizer.Create(network, defaults))
            {
                Clipping = parsed.GetValue(clipNorm) is { } maxNorm ? GradientClipping.ByNorm(maxNorm) : null,
                Checkpoints = checkpoints.Open(terminal),
                Gradients = parallel,
            };
            bool isResumed = checkpoints.Resume && Resume(trainer, terminal);
            TextWriter results = output is { IsStandardOutput: true } ? terminal.Error : terminal.Output;
            var display = new TrainingDisplay(terminal, results, parsed.GetValue(json), isResumed);
            if (!display.Run(trainer, images.Train, images.Test, fit, cancellationToken))
            {
                return ExitCode.Failure;
            }

            var model = new ModelFile(network) { SampleShape = [images.Height, images.Width, images.Channels] };
            output?.Write(stream => model.Write(stream));
            return ExitCode.Success;
        }

        int TrainOnTable(ParseResult parsed, string table)
        {
            if (SharedOptions.FirstGiven(parsed, ofImages) is { } option)
            {
                throw new UsageException($"{option.Name} applies to images; '{table}' is a table.");
            }

            if (table == OutputFile.Dash)
            {
                throw new UsageException("a table to train on is read several times, and standard input (-) cannot be: save it to a file.");
            }

            if (LinuxFile.Of(table) is { IsRegular: false } && !Directory.Exists(table))
            {
                throw new UsageException(
                    $"a table to train on is read several times, and '{table}', a pipe or a device, cannot be: save it to a file.");
            }

            TableTrainingOptions settings = tables.Settings(parsed, table);
            string normalization = parsed.GetValue(norm)!, activate = parsed.GetValue(activation)!;
            if (normalization == NormalizerCatalog.Instance)
            {
                throw new UsageException("--norm instance needs images; rows of a table have one position per channel.");
            }

            settings = settings with
            {
                Hidden = parsed.GetResult(hidden) is null ? settings.Hidden : parsed.GetValue(hidden)!,
                Normalization = NormalizerCatalog.Find(normalization, new NormalizerSettings()),
                Activation = NetworkSettings.ActivationLayer(activate),
                Weights = NetworkSettings.InitialWeights(activate),
                Dropout = parsed.GetResult(dropout) is { Implicit: false } ? parsed.GetValue(dropout) : settings.Dropout,
                LearningRate = parsed.GetValue(rate) ?? settings.LearningRate,
                WeightDecay = parsed.GetValue(decay) ?? settings.WeightDecay,
                Epochs = parsed.GetResult(epochs) is { Implicit: false } ? parsed.GetValue(epochs) : settings.Epochs,
                BatchSize = parsed.GetValue(batchSize),
                Seed = parsed.GetValue(seed),
            };
            OutputFile? model = parsed.GetValue(save) is { } path ? OutputFile.CreateFor(save.Name, path, table) : null;
            model?.CheckWritable();
            OutputFile? report = tables.Report(parsed) is { } page ? OutputFile.CreateFor("--report", page, table) : null;
            report?.CheckWritable();
            if (model is not null && report is not null
                && (model.IsStandardOutput && report.IsStandardOutput || Path.GetFullPath(model.Path) == Path.GetFullPath(report.Path)))
            {
                throw new UsageException("--save and --report name one file; the model and the report need a file each.");
            }

            return new TableTrainingRun(terminal, parsed.GetValue(json)).Run(
                tables.Table(parsed, table),
                settings,
                tables.Folds(parsed),
                model,
                report,
                parsed.Tokens.Select(token => token.Value),
                cancellationToken);
        }
    }

    private static bool Resume(Trainer<int> trainer, Terminal terminal)
    {
        double rate = trainer.Optimizer.LearningRate;
        bool isResumed = trainer.Resume();
        if (trainer.Optimizer.LearningRate != rate)
        {
            throw new UsageException(Invariant(
                $"The checkpoint was written with --lr {trainer.Optimizer.LearningRate}, and this run has {rate}; they must be equal."));
        }

        if (isResumed)
        {
            terminal.Error.WriteLine(Invariant($"evenkeel: resumed after step {trainer.Steps}."));
        }

        return isResumed;
    }

    private static bool IsNotNegative(double value) => value >= 0 && float.IsFinite((float)value);

    private static bool IsFraction(double value) => value is >= 0 and < 1;

    private static Option<int[]> Hidden() => new("--hidden")
    {
        Description = "Widths of an mlp's hidden layers, first to last (default 100,100,100,100,100; on a table 128,64).",
        HelpName = "N,N,...",
        CustomParser = ParseWidths,
    };

    private static int[] ParseWidths(ArgumentResult result)
    {
        const int Widest = 65536;
        string text = SharedOptions.Text(result);
        var widths = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width is < 1 or > Widest)
            {
                result.AddError($"--hidden '{text}' must be widths from 1 to {Widest}, such as 100,100.");
                return [];
            }

            widths.Add(width);
        }

        return [.. widths];
    }
}
