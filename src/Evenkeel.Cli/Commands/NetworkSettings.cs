using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Commands;

/// <summary>What the command line says of the network: <c>--net</c>, and the options of one kind or another.</summary>
/// <param name="Net">What <c>--net</c> says.</param>
/// <param name="Hidden">The widths that <c>--hidden</c> gives; null without it.</param>
/// <param name="Norm">What <c>--norm</c> says.</param>
/// <param name="Activation">What <c>--activation</c> says.</param>
/// <param name="Dropout">What <c>--dropout</c> says.</param>
internal sealed record NetworkSettings(string Net, int[]? Hidden, string Norm, string Activation, double Dropout)
{
    /// <summary>The words of <c>--activation</c>, the default first.</summary>
    public static readonly string[] Activations = [Relu, "sigmoid", "tanh"];

    /// <summary>A word of <c>--net</c>.</summary>
    public const string Perceptron = "mlp", Convolutional = "cnn", Residual = "resnet20";

    private const string Relu = "relu";

    private static readonly int[] DefaultHidden = [100, 100, 100, 100, 100];

    /// <summary><c>--net</c>.</summary>
    public static Option<string> NetOption() => SharedOptions.Choice(
        "--net",
        "The kind of network: mlp, a multilayer perceptron (default); cnn, two convolutions and a linear layer; resnet20, the residual network.",
        Perceptron, Convolutional, Residual);

    /// <summary>Refuses options that do not belong to this kind of network.</summary>
    /// <exception cref="UsageException">There is one.</exception>
    public void Check()
    {
        if (Net == Perceptron)
        {
            return;
        }

        if (Hidden is not null)
        {
            throw new UsageException($"--hidden belongs to --net mlp; {Net} has widths of its own.");
        }

        if (Activation != Relu)
        {
            throw new UsageException($"--activation belongs to --net mlp; {Net} has relu.");
        }

        if (Net == Residual && Dropout != 0)
        {
            throw new UsageException("--dropout belongs to --net mlp and cnn; resnet20 normalizes behind each convolution, and has none.");
        }
    }

    /// <summary>Makes the network for these images.</summary>
    /// <exception cref="UsageException">It is too large for this machine, or the images are too small for it, or the normalization does not work in it.</exception>
    public Sequential Create(ImageClassificationData images, int batchSize, ulong seed)
    {
        var random = new RandomSource(seed);
        int batch = Math.Min(batchSize, images.Train.Count);
        switch (Net)
        {
            case Convolutional:
                if (Math.Min(images.Height, images.Width) < 4)
                {
                    throw new UsageException(FormattableString.Invariant(
                        $"--net cnn takes images of at least 4×4 pixels, and these have {images.Height}×{images.Width}."));
                }

                TrainingLimits.CheckMemory(NetworkSizes.OfConvolutionalNetwork(images), batch, Norm);
                return ConvolutionalNetwork.Create(
                    new Extent(images.Height, images.Width), images.Channels, images.Classes, random, new ConvolutionalNetworkOptions
                    {
                        Normalization = Normalization(places: images.Height / 2 * (images.Width / 2)),
                        Dropout = Dropout,
                    });
            case Residual:
                TrainingLimits.CheckMemory(NetworkSizes.OfResidualNetwork(images), batch, Norm);
                return ResidualNetwork.Create(images.Channels, images.Classes, random, new ResidualNetworkOptions
                {
                    Normalization = Normalization(places: (images.Height + 3) / 4 * ((images.Width + 3) / 4)),
                });
            default:
                int inputs = images.Height * images.Width * images.Channels;
                int[] hidden = Hidden ?? DefaultHidden;
                TrainingLimits.CheckMemory([inputs, .. hidden, images.Classes], batch, Norm);
                Sequential perceptron = MultilayerPerceptron.Create(inputs, hidden, images.Classes, random, new MultilayerPerceptronOptions
                {
                    Normalization = Normalization(places: 1),
                    Activation = ActivationLayer(),
                    Weights = Activation == Relu ? Initializer.HeNormal : Initializer.XavierNormal,
                    Dropout = Dropout,
                });
                return new Sequential([new Flatten(), .. perceptron.Layers]);
        }

        Func<IChannelwiseLinear, Layer>? Normalization(int places) =>
            NormOption.Normalization(Norm, images.Train, batchSize, places);
    }

    private Func<Layer> ActivationLayer() => Activation switch
    {
        "sigmoid" => static () => new Sigmoid(),
        "tanh" => static () => new Tanh(),
        _ => static () => new Relu(),
    };
}
