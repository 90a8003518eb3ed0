using Evenkeel.Numerics;

namespace Evenkeel.Studies.Models;

/// <summary>A decision tree, grown until its leaves are pure, each split with the least Gini impurity.</summary>
/// <remarks>
/// Numbers are compared in single precision, and a threshold lies in the middle between two of them, as in scikit-learn's
/// <c>DecisionTreeClassifier</c>. Of equally good splits the first column's lowest wins; scikit-learn tries the columns in random order.
/// Source: Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984.
/// </remarks>
internal sealed class DecisionTree : IClassifier
{
    /// <summary>Numbers closer than this count as equal.</summary>
    private const float Resolution = 1e-7f;

    private readonly LabelledTable _train;
    private readonly int _classes;
    private readonly int _columnsTried;
    private readonly RandomSource? _random;
    private readonly List<Node> _nodes = [];

    /// <summary>Grows a tree.</summary>
    /// <param name="train">The table of the training rows.</param>
    /// <param name="rows">The training rows, which may repeat; null for all.</param>
    /// <param name="columnsTried">The number of columns tried for each split, chosen at random; null for all.</param>
    /// <param name="random">Chooses the columns; not used if all are tried.</param>
    public DecisionTree(LabelledTable train, int[]? rows = null, int? columnsTried = null, RandomSource? random = null)
    {
        _train = train;
        _classes = train.Classes;
        _columnsTried = columnsTried ?? train.Width;
        _random = columnsTried is null ? null : random;
        _ = Grow(rows ?? [.. Enumerable.Range(0, train.Count)]);
    }

    /// <summary>The fraction of each class in the row's leaf.</summary>
    public double[] Probabilities(ReadOnlySpan<double> row)
    {
        Node node = _nodes[0];
        while (node.Probabilities is null)
        {
            node = _nodes[(float)row[node.Column] <= node.Threshold ? node.Left : node.Right];
        }

        return node.Probabilities;
    }

    /// <inheritdoc/>
    public int Predict(ReadOnlySpan<double> row)
    {
        double[] probabilities = Probabilities(row);
        return Array.IndexOf(probabilities, probabilities.Max());
    }

    /// <summary>Adds the node of some rows and all nodes below it, and returns its number.</summary>
    private int Grow(int[] rows)
    {
        int number = _nodes.Count;
        var counts = new int[_classes];
        foreach (int row in rows)
        {
            counts[_train.Labels[row]]++;
        }

        _nodes.Add(Leaf(counts, rows.Length));
        if (counts.Max() < rows.Length && BestSplit(rows, counts) is { } split)
        {
            int left = Grow([.. rows.Where(row => Value(row, split.Column) <= split.Threshold)]);
            int right = Grow([.. rows.Where(row => Value(row, split.Column) > split.Threshold)]);
            _nodes[number] = new Node(split.Column, split.Threshold, left, right, null);
        }

        return number;
    }

    private static Node Leaf(int[] counts, int rows) => new(0, 0, 0, 0, [.. counts.Select(count => (double)count / rows)]);

    /// <summary>The split with the highest purity; null if all rows are equal in the columns tried.</summary>
    private (int Column, double Threshold)? BestSplit(int[] rows, int[] counts)
    {
        (int Column, double Threshold)? best = null;
        double purest = double.NegativeInfinity;
        int tried = 0;
        var values = new float[rows.Length];
        foreach (int column in Columns())
        {
            for (int i = 0; i < rows.Length; i++)
            {
                values[i] = Value(rows[i], column);
            }

            int[] order = [.. rows];
            Array.Sort(values, order);
            if (values[^1] <= values[0] + Resolution)
            {
                continue;
            }

            var left = new int[_classes];
            int[] right = [.. counts];
            for (int i = 1; i < order.Length; i++)
            {
                int label = _train.Labels[order[i - 1]];
                left[label]++;
                right[label]--;
                double purity = Purity(left, i) + Purity(right, order.Length - i);
                if (purity > purest && values[i] > values[i - 1] + Resolution)
                {
                    purest = purity;
                    best = (column, values[i - 1] / 2.0 + values[i] / 2.0);
                }
            }

            if (++tried == _columnsTried)
            {
                break;
            }
        }

        return best;
    }

    private int[] Columns()
    {
        int[] columns = [.. Enumerable.Range(0, _train.Width)];
        _random?.Next().Shuffle(columns);
        return columns;
    }

    /// <summary>The number of rows times Σp²: the higher, the purer.</summary>
    private static double Purity(int[] counts, int rows) => counts.Sum(count => (double)count * count) / rows;

    private float Value(int row, int column) => (float)_train.Row(row)[column];

    private readonly record struct Node(int Column, double Threshold, int Left, int Right, double[]? Probabilities);
}
