using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Evenkeel.Cli.Rendering;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Cli.Commands;

/// <summary><c>evenkeel train</c>: trains a network on images and prints loss and test accuracy per epoch.</summary>
internal static class TrainCommand
{
    private const double SgdLearningRate = 0.1;
    private const double AdamLearningRate = 0.001;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Option<string> net = SharedOptions.Choice("--net", "The network: a multilayer perceptron.", "mlp");
        Option<int[]> hidden = Hidden();
        Option<string> norm = SharedOptions.Choice("--norm", "Normalization in front of each activation.", "batch", "none");
        Option<string> activation = SharedOptions.Choice("--activation", "What follows each hidden layer.", "relu", "sigmoid", "tanh");
        Option<double> dropout = SharedOptions.Number(
            "--dropout", "Probability with which dropout behind each activation drops.", "P", 0.0,
            value => value is >= 0 and < 1 ? null : "must be at least 0 and below 1");
        Option<string> optimizer = SharedOptions.Choice("--optimizer", "How weights move.", "sgd", "adam");
        Option<double?> rate = new("--lr")
        {
            Description = $"Learning rate. [default: {SgdLearningRate.ToString(CultureInfo.InvariantCulture)} for sgd, "
                + $"{AdamLearningRate.ToString(CultureInfo.InvariantCulture)} for adam]",
            HelpName = "RATE",
            CustomParser = result => SharedOptions.Parse<double>(result, "--lr", "RATE", NotNegative),
        };
        Option<double> momentum = SharedOptions.Number(
            "--momentum", "Momentum of sgd.", "M", 0.0, value => value is >= 0 and < 1 ? null : "must be at least 0 and below 1");
        Option<double> decay = SharedOptions.Number("--weight-decay", "Weight decay.", "D", 0.0, NotNegative);
        Option<int> epochs = SharedOptions.Number(
            "--epochs", "How often each image is seen.", "N", 5, value => value >= 1 ? null : "must be at least 1");
        Option<int> batchSize = SharedOptions.Number(
            "--batch-size", "How many images a step sees.", "N", 100, value => value >= 1 ? null : "must be at least 1");
        Option<ulong> seed = SharedOptions.Number(
            "--seed", "Seed of initial weights, dropout and the order of the images.", "N", 0UL, _ => null);
        Option<string?> data = DataOption.Create();
        Option<int> threads = SharedOptions.Threads();
        Option<bool> json = SharedOptions.Json("Print one line of JSON per epoch, and nothing else, on standard output.");

        var command = new Command("train", "Train a network on images and measure it on test images.")
        {
            net, hidden, norm, activation, dropout, optimizer, rate, momentum, decay, epochs, batchSize, seed, data, threads, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(momentum) != 0 && result.GetValue(optimizer) == "adam")
            {
                result.AddError("--momentum belongs to --optimizer sgd; adam has its own.");
            }
        });
        command.SetAction(parsed =>
        {
            Parallelism.Threads = parsed.GetValue(threads);
            (ImageClassificationData images, _) = DataOption.Load(parsed.GetValue(data));
            ulong seedValue = parsed.GetValue(seed);
            var options = new MultilayerPerceptronOptions
            {
                Normalization = parsed.GetValue(norm) == "batch" ? static width => new BatchNorm(width) : null,
                Activation = Activation(parsed.GetValue(activation)),
                Weights = parsed.GetValue(activation) == "relu" ? Initializer.HeNormal : Initializer.XavierNormal,
                Dropout = parsed.GetValue(dropout),
            };
            Sequential network = MultilayerPerceptron.Create(
                images.Height * images.Width, parsed.GetValue(hidden)!, images.Classes, new RandomSource(seedValue), options);
            Optimizer moves = parsed.GetValue(optimizer) == "adam"
                ? new Adam(parsed.GetValue(rate) ?? AdamLearningRate, weightDecay: parsed.GetValue(decay))
                : new Sgd(parsed.GetValue(rate) ?? SgdLearningRate, parsed.GetValue(momentum), parsed.GetValue(decay));
            var fit = new FitOptions
            {
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                Seed = seedValue,
            };
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), moves);
            return new TrainingDisplay(terminal, parsed.GetValue(json)).Run(trainer, images, fit, cancellationToken)
                ? ExitCode.Success
                : ExitCode.Failure;
        });
        return command;
    }

    private static string? NotNegative(double value) =>
        value >= 0 && double.IsFinite(value) ? null : "must be finite and not negative";

    private static Func<Layer> Activation(string? name) => name switch
    {
        "sigmoid" => static () => new Sigmoid(),
        "tanh" => static () => new Tanh(),
        _ => static () => new Relu(),
    };

    private static Option<int[]> Hidden() => new("--hidden")
    {
        Description = "Widths of the hidden layers, first to last. [default: 100,100,100,100,100]",
        HelpName = "N,N,…",
        DefaultValueFactory = _ => [100, 100, 100, 100, 100],
        CustomParser = ParseWidths,
    };

    private static int[] ParseWidths(ArgumentResult result)
    {
        const int Widest = 65536;
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        var widths = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width is < 1 or > Widest)
            {
                result.AddError($"--hidden {text}: must be widths from 1 to {Widest}, as in 100,100.");
                return [];
            }

            widths.Add(width);
        }

        return [.. widths];
    }
}
