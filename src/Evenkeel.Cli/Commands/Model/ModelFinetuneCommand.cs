using System.CommandLine;
using System.Diagnostics;
using System.Numerics.Tensors;
using Evenkeel.Cli.Commands.Samples;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model finetune</c>: trains a model further on labelled images.</summary>
internal static class ModelFinetuneCommand
{
    private const int SourceSamples = 2000;
    private const int SourceBatch = 100;

    private static readonly TrainingDefaults Defaults = new(0.01, 0.9, 0, BatchSize: 32, ScheduleOption.Cosine, WarmUp: 0);

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Argument<string> path = ModelArgument.Create("IN", "A model file, a checkpoint or an ONNX file.");
        Option<string> output = ModelDocument.Output();
        Option<int?> opset = OnnxOptions.Opset();
        Option<string> data = SharedOptions.RequiredFile(
            "--data",
            "Folder with the four IDX files of MNIST, Fashion-MNIST, KMNIST or images of your own, or with the binary files of CIFAR-10 or "
            + "CIFAR-100, raw or gzipped.",
            helpName: "DIR");
        Option<string> trained = SharedOptions.Choice(
            "--train",
            "What is trained: all parameters (default); the last layer only, with everything else as it is; or the scales and shifts of "
            + "the normalizations.",
            FineTuning.Choices);
        Option<bool> renew = new("--new-last")
        {
            Description = "Start with a new last linear layer, for the classes of the data; it is always trained.",
        };
        Option<bool> freeze = new("--freeze-statistics")
        {
            Description = "Normalize by the running statistics in training too, and leave them as they are.",
        };
        Option<string> method = SharedOptions.Choice("--optimizer", "Optimizer (default sgd).", OptimizerSettings.Methods);
        Option<double?> rate = SharedOptions.OptionalNumber<double>(
            "--lr",
            "RATE",
            Invariant($"Learning rate (default {Defaults.LearningRate}; ")
                + Invariant($"{TrainingDefaults.AdaptiveLearningRate} for adam, adamw and rmsprop)."),
            "a finite number of at least 0",
            value => value >= 0 && float.IsFinite((float)value));
        Option<double?> decay = SharedOptions.OptionalNumber<double>(
            "--weight-decay",
            "D",
            Invariant($"Weight decay (default 0; {TrainingDefaults.AdamWWeightDecay} for adamw)."),
            "a finite number of at least 0",
            value => value >= 0 && float.IsFinite((float)value));
        Option<int> epochs = SharedOptions.Number(
            "--epochs",
            "N",
            "Number of passes over the training images (default 3).",
            3,
            "a whole number of at least 1",
            value => value >= 1);
        Option<int> batchSize = SharedOptions.Number(
            "--batch-size",
            "N",
            Invariant($"Images per step (default {Defaults.BatchSize})."),
            Defaults.BatchSize,
            "a whole number of at least 1",
            value => value >= 1);
        Option<ulong> seed = SharedOptions.Seed("Seed of a new last layer, dropout, augmentation and image order (default 0).");
        Option<ImageAugmentation?> augment = AugmentOption.Create();
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print one line of JSON per epoch on standard output, and nothing else.");
        var source = new SourceOptions();
        var pixels = new PixelOptions();
        var onnx = new OnnxOptions();
        var command = new DocumentedCommand(
            "finetune", "Train a model further on labelled images, and evaluate it on test images before and after each epoch.")
        {
            path,
        };
        command.AddGroup("Training", trained, renew, freeze, method, rate, decay, epochs, batchSize, augment, seed, threads);
        command.AddGroup("Folded normalizations", source.All);
        command.AddGroup("Data and output", data, output, opset, json);
        command.AddGroup("Images", pixels.All);
        command.AddGroup("ONNX", onnx.All);
        command.Examples.Add(("evenkeel model finetune net.onnx --data images --out tuned.onnx", "all layers, gently"));
        command.Examples.Add((
            "evenkeel model finetune net.onnx --data images --new-last --train last --out new.onnx", "other classes, on frozen features"));
        command.SetAction(parsed => ScaleCommand.Interruptible(terminal, () =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            string name = parsed.GetRequiredValue(path);
            OutputFile target = ModelDocument.CreateOutput(
                parsed.GetRequiredValue(output), name, parsed.GetRequiredValue(data), source.Path(parsed));
            var optimizer = new OptimizerSettings(
                parsed.GetValue(method)!, parsed.GetValue(rate), Momentum: null, Nesterov: false, parsed.GetValue(decay));
            TextWriter results = target.IsStandardOutput || parsed.GetValue(json) ? terminal.Error : terminal.Output;
            OnnxOptions.CheckApply(parsed, target, opset);
            source.Check(parsed);
            var document = ModelDocument.Load(name, onnx.Read(parsed, name), results);
            document.CheckWritable(target);
            if (document.Model.Scaler is not null)
            {
                throw new UsageException($"'{name}' has a scaler, and takes rows of a table; finetune trains on images.");
            }

            SampleForm form = pixels.Apply(parsed, ModelArgument.Naming(name, () => SampleForm.Of(document.Model)));
            (ImageClassificationData images, string dataName) = DataOption.Load(parsed.GetRequiredValue(data));
            form.Check(dataName, images.Height, images.Width, images.Channels);
            Layer network = source.Path(parsed) is null
                ? document.Model.Network
                : source.Unfold(parsed, document, DrawSource, results, cancellationToken);
            bool isNew = parsed.GetValue(renew);
            LastLayer last = isNew
                ? LastLayer.Renew(network, form.Lengths, images.Classes, new RandomSource(parsed.GetValue(seed)))
                : FindLast(network, images.Classes, name);
            var fit = new FitOptions
            {
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                Seed = parsed.GetValue(seed),
                Augmentation = parsed.GetValue(augment),
            };
            AugmentOption.Check(fit.Augmentation, images);
            if (fit.Augmentation is not null && form.Image is null)
            {
                throw new UsageException($"--augment applies to models that take images; '{name}' takes {Shape.Describe(form.Lengths)}.");
            }

            ModelArgument.Naming(name, () => form.CheckClasses(last.Network));
            results.WriteLine(
                Invariant($"data: {images.Train.Count:N0} training and {images.Test.Count:N0} test images of '{dataName}', ")
                + Invariant($"{images.Classes} classes"));
            if (last.Linear.Outputs > images.Classes)
            {
                results.WriteLine(
                    Invariant($"Note: the network has {last.Linear.Outputs} outputs; the images are of {images.Classes} classes. ")
                    + "--new-last starts with a last layer for them.");
            }

            fit = fit with
            {
                Schedule = ScheduleOption.Schedule(
                    null, null, Defaults, (long)fit.Epochs * images.Train.BatchCount(fit.BatchSize)),
            };
            string choice = parsed.GetValue(trained)!;
            long start = Stopwatch.GetTimestamp();
            using (new FineTuning(last.Network, choice, last.Linear, isNew, parsed.GetValue(freeze)))
            {
                bool featuresStay = choice == FineTuning.Last && fit.Augmentation is null && last.CanKeepFeatures(images.Train.Count);
                (Layer network, Dataset<int> train, Dataset<int> test) part = featuresStay
                    ? Features(last, images, form, fit.BatchSize, results, cancellationToken)
                    : Images(last, images, form);
                if (!part.network.Parameters.Any(parameter => parameter.IsTrainable))
                {
                    throw new UsageException(
                        $"'{name}' has no normalization with parameters to train; --source puts back those that its exporter has folded.");
                }

                var trainer = new Trainer<int>(part.network, new SoftmaxCrossEntropy(), optimizer.Create(part.network, Defaults));
                if (!isNew)
                {
                    results.WriteLine(Invariant($"before: test accuracy {trainer.Evaluate(part.test, cancellationToken).Accuracy:F4}"));
                }

                TextWriter epochLines = target.IsStandardOutput ? terminal.Error : terminal.Output;
                var display = new TrainingDisplay(terminal, epochLines, parsed.GetValue(json), isResumed: false);
                if (!Train(() => display.Run(trainer, part.train, part.test, fit, cancellationToken), name))
                {
                    terminal.Error.WriteLine("evenkeel: nothing was written.");
                    return ExitCode.Failure;
                }

                if (!double.IsFinite(trainer.History[^1].Loss))
                {
                    terminal.Error.WriteLine("evenkeel: training diverged, and nothing was written; choose a smaller --lr.");
                    return ExitCode.Failure;
                }
            }

            document.Write(
                results,
                target,
                last.Network,
                parsed.GetValue(opset),
                Invariant($"finetune: {images.Train.Count:N0} images in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
            return ExitCode.Success;

            Tensor<float>[] DrawSource(string samples)
            {
                using SampleSource opened = SampleSources.OpenImages(samples, form, training: true);
                return SampleBatches.Draw(opened, form, SourceSamples, SourceBatch, parsed.GetValue(seed), cancellationToken);
            }
        }));
        return command;
    }

    private static LastLayer FindLast(Layer network, int classes, string name)
    {
        LastLayer last = LastLayer.Find(network) ?? throw new UsageException(
            $"'{name}' does not end with a linear layer, whose outputs classes would be; --new-last puts one behind it.");
        return last.Linear.Outputs >= classes
            ? last
            : throw new UsageException(Invariant($"'{name}' has {last.Linear.Outputs} outputs, and the images are of {classes} classes; ")
                + "--new-last starts with a last layer for them.");
    }

    private static bool Train(Func<bool> run, string name)
    {
        try
        {
            return run();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{name}' cannot be trained on these images in such batches: {OneLine.Of(e)}", e);
        }
    }

    /// <summary>The network behind layers that make its inputs of images, which augmentation changes as they are.</summary>
    private static (Layer Network, Dataset<int> Train, Dataset<int> Test) Images(
        LastLayer last, ImageClassificationData images, SampleForm form)
    {
        return form.Image is null
            ? (last.Logits, Reshaped(images.Train), Reshaped(images.Test))
            : (new Sequential([.. form.InputLayers(), last.Logits]), images.Train, images.Test);

        Dataset<int> Reshaped(Dataset<int> set) => new(form.ToInput(set.Inputs), set.Targets);
    }

    /// <summary>The last layer alone, and what it reads of all images, which training it does not change.</summary>
    private static (Layer Network, Dataset<int> Train, Dataset<int> Test) Features(
        LastLayer last,
        ImageClassificationData images,
        SampleForm form,
        int batchSize,
        TextWriter results,
        CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Dataset<int> train = Of(images.Train), test = Of(images.Test);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        results.WriteLine(Invariant($"features: {train.Count + test.Count:N0} images in {seconds:F1} s"));
        return (new Sequential(last.Linear), train, test);

        Dataset<int> Of(Dataset<int> set) =>
            new(last.Features(form.ToInput(set.Inputs), batchSize, cancellationToken), set.Targets);
    }
}
