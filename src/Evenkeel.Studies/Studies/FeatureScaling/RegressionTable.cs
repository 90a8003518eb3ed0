using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>A table of features, and a number to predict from each row.</summary>
/// <param name="Features">The features, [rows, columns].</param>
/// <param name="Targets">What to predict for each row.</param>
internal sealed record RegressionTable(Tensor<double> Features, double[] Targets)
{
    /// <summary>The name of the table of two made-up features.</summary>
    public const string Synthetic = "synthetic";

    /// <summary>The name of the table of wines.</summary>
    public const string Wine = "wine";

    /// <summary>How many rows the table of made-up features has.</summary>
    public const int SyntheticRows = 200;

    /// <summary>How many wines a seed chooses: four fifths.</summary>
    public const int WineRows = 142;

    /// <summary>The table of that name, with the rows that the seed gives it.</summary>
    /// <exception cref="ArgumentException">There is no such table.</exception>
    public static RegressionTable Of(string name, int seed) => name switch
    {
        Synthetic => OfTwoFeatures(new RandomSource((ulong)seed)),
        Wine => OfWines(new RandomSource((ulong)seed)),
        _ => throw new ArgumentException($"There is no table '{name}'; there are '{Synthetic}' and '{Wine}'.", nameof(name)),
    };

    /// <summary>x₁ from 1 to 5, x₂ from 1,000 to 99,999, and y = 10 + 2·x₁ + 0.0001·x₂ + noise of deviation 1.</summary>
    private static RegressionTable OfTwoFeatures(RandomSource random)
    {
        RandomStream first = random.Next(), second = random.Next(), noise = random.Next();
        var features = new double[2 * SyntheticRows];
        var targets = new double[SyntheticRows];
        for (int row = 0; row < SyntheticRows; row++)
        {
            double x1 = 1 + 4 * first.Uniform((ulong)row), x2 = 1000 + 98999 * second.Uniform((ulong)row);
            (features[2 * row], features[2 * row + 1]) = (x1, x2);
            targets[row] = 10 + 2 * x1 + 0.0001 * x2 + noise.Normal((ulong)row);
        }

        return new RegressionTable(Tensor.Create(features, [SyntheticRows, 2]), targets);
    }

    /// <summary>The alcohol of some of the wines, from their twelve other measurements.</summary>
    private static RegressionTable OfWines(RandomSource random)
    {
        string[] lines = Resource.Text("data/wine.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        int[] order = [.. Enumerable.Range(0, lines.Length)];
        random.Next().Shuffle(order);
        double[][] wines = [.. order.Take(WineRows).Select(i => Numbers(lines[i]))];
        return new RegressionTable(
            Tensor.Create([.. wines.SelectMany(wine => wine[1..^1])], [WineRows, wines[0].Length - 2]),
            [.. wines.Select(wine => wine[0])]);
    }

    private static double[] Numbers(string line) =>
        [.. line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
}
