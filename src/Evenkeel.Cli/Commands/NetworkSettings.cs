using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands;

/// <summary>The options of the network on the command line.</summary>
/// <param name="Net">The value of <c>--net</c>.</param>
/// <param name="Hidden">The widths given by <c>--hidden</c>; null if it is not given.</param>
/// <param name="Norm">The value of <c>--norm</c>.</param>
/// <param name="Activation">The value of <c>--activation</c>.</param>
/// <param name="Dropout">The value of <c>--dropout</c>.</param>
internal sealed record NetworkSettings(string Net, int[]? Hidden, string Norm, string Activation, double Dropout)
{
    /// <summary>The values of <c>--activation</c>, the default first.</summary>
    public static readonly string[] Activations = [Relu, "sigmoid", "tanh"];

    /// <summary>A value of <c>--net</c>.</summary>
    public const string Perceptron = "mlp", Convolutional = "cnn", Residual = "resnet20";

    private const string Relu = "relu";

    private static readonly int[] DefaultHidden = [100, 100, 100, 100, 100];

    /// <summary><c>--net</c>.</summary>
    public static Option<string> NetOption() => SharedOptions.Choice(
        "--net",
        "The network: mlp, a multilayer perceptron (default); cnn, two convolutions and a linear layer; "
        + "resnet20, a residual network of 20 layers.",
        Perceptron, Convolutional, Residual);

    /// <summary>Refuses options that do not apply to this kind of network.</summary>
    /// <exception cref="UsageException">An option does not apply.</exception>
    public void Check()
    {
        if (Net == Perceptron)
        {
            return;
        }

        if (Hidden is not null)
        {
            throw new UsageException($"--hidden applies to --net mlp; the widths of {Net} are fixed.");
        }

        if (Activation != Relu)
        {
            throw new UsageException($"--activation applies to --net mlp; {Net} uses relu.");
        }

        if (Net == Residual && Dropout != 0)
        {
            throw new UsageException("--dropout applies to --net mlp and cnn; resnet20 has no dropout.");
        }
    }

    /// <summary>Creates the network for these images.</summary>
    /// <exception cref="UsageException">
    /// The network is too large for this machine, the images are too small for it, or the normalization cannot be used in it.
    /// </exception>
    public Sequential Create(ImageClassificationData images, int batchSize, ulong seed)
    {
        var random = new RandomSource(seed);
        int batch = Math.Min(batchSize, images.Train.Count);
        switch (Net)
        {
            case Convolutional:
                if (Math.Min(images.Height, images.Width) < 4)
                {
                    throw new UsageException(Invariant(
                        $"--net cnn needs images of at least 4×4 pixels; these have {images.Height}×{images.Width}."));
                }

                TrainingLimits.CheckMemory(NetworkSizes.OfConvolutionalNetwork(images), batch, Norm);
                return ConvolutionalNetwork.Create(
                    new Extent(images.Height, images.Width), images.Channels, images.Classes, random, new ConvolutionalNetworkOptions
                    {
                        Normalization = Normalization(positions: images.Height / 2 * (images.Width / 2)),
                        Dropout = Dropout,
                    });
            case Residual:
                TrainingLimits.CheckMemory(NetworkSizes.OfResidualNetwork(images), batch, Norm);
                return ResidualNetwork.Create(images.Channels, images.Classes, random, new ResidualNetworkOptions
                {
                    Normalization = Normalization(positions: (images.Height + 3) / 4 * ((images.Width + 3) / 4)),
                });
            default:
                int inputs = images.Height * images.Width * images.Channels;
                int[] hidden = Hidden ?? DefaultHidden;
                TrainingLimits.CheckMemory([inputs, .. hidden, images.Classes], batch, Norm);
                Sequential perceptron = MultilayerPerceptron.Create(inputs, hidden, images.Classes, random, new MultilayerPerceptronOptions
                {
                    Normalization = Normalization(positions: 1),
                    Activation = ActivationLayer(Activation),
                    Weights = InitialWeights(Activation),
                    Dropout = Dropout,
                });
                return new Sequential([new Flatten(), .. perceptron.Layers]);
        }

        Func<IChannelwiseLinear, Layer>? Normalization(int positions) =>
            NormOption.Normalization(Norm, images.Train, batchSize, positions);
    }

    /// <summary>The initial weights for a value of <c>--activation</c>.</summary>
    public static Initializer InitialWeights(string activation) => activation == Relu ? Initializer.HeNormal : Initializer.XavierNormal;

    /// <summary>Creates the layers of a value of <c>--activation</c>.</summary>
    public static Func<Layer> ActivationLayer(string activation) => activation switch
    {
        "sigmoid" => static () => new Sigmoid(),
        "tanh" => static () => new Tanh(),
        _ => static () => new Relu(),
    };
}
