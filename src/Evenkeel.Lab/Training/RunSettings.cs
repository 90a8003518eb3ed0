using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Lab.Training;

/// <summary>A network for the digits, and how it is trained.</summary>
/// <param name="Normalizer">A name of <see cref="NormalizerCatalog"/>.</param>
/// <param name="Place">before or after the activation.</param>
/// <param name="Activation">relu, sigmoid or tanh.</param>
/// <param name="Depth">The number of hidden layers, from 1 to 10.</param>
/// <param name="Width">The number of units of each, from 8 to 256.</param>
/// <param name="Scale">The standard deviation of the initial weights; 0 for He's with ReLU and Xavier's otherwise.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="BatchSize">The number of images per step, from 2 to 512.</param>
/// <param name="Seed">The seed of weights and order.</param>
internal sealed record RunSettings(
    string Normalizer, string Place, string Activation, int Depth, int Width, double Scale, double LearningRate, int BatchSize, int Seed)
{
    /// <summary>The place before the activation.</summary>
    public const string Before = "before";

    private const string After = "after";

    /// <summary>Whether He's initial weights are those recommended for the activation; otherwise Xavier's are.</summary>
    public bool IsRecommendedHe => Activation == "relu";

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message says which.</exception>
    public RunSettings Check()
    {
        _ = NormalizerCatalog.Find(Normalizer);
        _ = CreateActivation();
        Check(Normalizer is not (NormalizerCatalog.Instance or NormalizerCatalog.Ghost), $"{Normalizer} is not for these networks");
        Check(Place is Before or After, $"the place '{Place}' must be {Before} or {After}");
        Check(
            Place == Before || Normalizer != NormalizerCatalog.CrossIteration, "cross-iteration stands directly behind a linear layer");
        Check(Depth is >= 1 and <= 10, "the depth must be from 1 to 10");
        Check(Width is >= 8 and <= 256, "the width must be from 8 to 256");
        Check(Scale is >= 0 and <= 100, "the scale of the weights must be from 0 to 100");
        CheckLearningRate(LearningRate);
        Check(BatchSize is >= 2 and <= 512, "the batch size must be from 2 to 512");
        Check(Seed >= 0, "the seed must not be negative");
        return this;

        static void Check(bool holds, string problem)
        {
            if (!holds)
            {
                throw new ArgumentException($"The settings of a run are wrong: {problem}.");
            }
        }
    }

    /// <summary>Checks a learning rate.</summary>
    /// <exception cref="ArgumentException">It is not above 0 and at most 100.</exception>
    public static void CheckLearningRate(double rate)
    {
        if (rate is not (> 0 and <= 100))
        {
            throw new ArgumentException("The learning rate must be above 0 and at most 100.");
        }
    }

    /// <summary>Creates the network, with names of layers as <see cref="MultilayerPerceptron"/> gives them.</summary>
    /// <param name="inputs">The number of pixels.</param>
    /// <param name="classes">The number of classes.</param>
    public Sequential CreateNetwork(int inputs, int classes)
    {
        Func<IChannelwiseLinear, Layer>? normalization = NormalizerCatalog.Find(Normalizer);
        Initializer weights = Scale != 0 ? Initializer.Normal(Scale) : IsRecommendedHe ? Initializer.HeNormal : Initializer.XavierNormal;
        var random = new RandomSource((ulong)Seed);
        List<(string Name, Layer Layer)> layers = [("flatten", new Flatten())];
        int width = inputs;
        for (int i = 1; i <= Depth; i++)
        {
            var linear = new Linear(width, Width, random, bias: normalization is null || Place == After, weights);
            layers.Add((Invariant($"linear{i}"), linear));
            (string, Layer)[] rest =
            [
                .. normalization is null ? [] : new[] { (Invariant($"norm{i}"), normalization(linear)) },
                (Invariant($"activation{i}"), CreateActivation()),
            ];
            layers.AddRange(Place == Before ? rest : rest.Reverse());
            width = Width;
        }

        layers.Add((Invariant($"linear{Depth + 1}"), new Linear(width, classes, random, bias: true, weights)));
        return new Sequential(layers);
    }

    private Layer CreateActivation() => Activation switch
    {
        "relu" => new Relu(),
        "sigmoid" => new Sigmoid(),
        "tanh" => new Tanh(),
        _ => throw new ArgumentException($"There is no activation '{Activation}'; there are relu, sigmoid and tanh."),
    };
}
