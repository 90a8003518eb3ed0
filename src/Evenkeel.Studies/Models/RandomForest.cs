using Evenkeel.Numerics;

namespace Evenkeel.Studies.Models;

/// <summary>A random forest: trees on rows drawn with replacement, whose probabilities are averaged.</summary>
/// <remarks>Source: Breiman, "Random Forests", Machine Learning 45, 2001.</remarks>
internal sealed class RandomForest : IClassifier
{
    private const int DefaultTrees = 50;

    private readonly DecisionTree[] _trees;

    /// <summary>Grows a forest of 50 trees, each split by the best of √(columns) columns chosen at random.</summary>
    /// <param name="train">The training rows.</param>
    /// <param name="seed">The seed of the rows and columns.</param>
    public RandomForest(LabelledTable train, int seed)
    {
        var random = new RandomSource((ulong)seed);
        _trees =
        [
            .. Enumerable.Range(0, DefaultTrees).Select(_ =>
            {
                RandomStream stream = random.Next();
                int[] rows = [.. Enumerable.Range(0, train.Count).Select(i => (int)(stream.Uniform((ulong)i) * train.Count))];
                return new DecisionTree(train, rows, (int)Math.Sqrt(train.Width), random);
            }),
        ];
    }

    /// <summary>Grows a forest on given rows, each split by the best of all columns.</summary>
    /// <param name="train">The table of the training rows.</param>
    /// <param name="rows">The rows of each tree.</param>
    internal RandomForest(LabelledTable train, IEnumerable<int[]> rows) => _trees =
        [.. rows.Select(drawn => new DecisionTree(train, drawn))];

    /// <inheritdoc/>
    public int Predict(ReadOnlySpan<double> row)
    {
        double[] sums = _trees[0].Probabilities(row);
        foreach (DecisionTree tree in _trees.Skip(1))
        {
            sums = [.. sums.Zip(tree.Probabilities(row), (sum, probability) => sum + probability)];
        }

        return Array.IndexOf(sums, sums.Max());
    }
}
