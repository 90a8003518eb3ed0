using Evenkeel.Numerics;

namespace Evenkeel.Studies.Models;

/// <summary>A linear support vector machine with the squared hinge loss, one class against the rest.</summary>
/// <remarks>
/// <para>
/// Minimizes ½‖w‖² + C·Σ max(0, 1 − yᵢ·w·xᵢ)² with C = 1 for each class, where xᵢ ends in a 1 for the bias, by dual coordinate
/// descent: α ← max(0, α − (yᵢ·w·xᵢ − 1 + α/(2C)) / (xᵢ·xᵢ + 1/(2C))). It stops once the projected gradients of an iteration over all
/// rows differ by at most the tolerance.
/// </para>
/// <para>
/// Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, "A Dual Coordinate Descent Method for Large-scale Linear SVM", 2008, as in
/// scikit-learn's <c>LinearSVC</c>, without its shrinking.
/// </para>
/// </remarks>
internal sealed class LinearSvm : IClassifier
{
    private const double Diagonal = 0.5;

    private readonly double[][] _weights;

    /// <summary>Trains the machine.</summary>
    /// <param name="train">The training rows.</param>
    /// <param name="seed">The seed of the order of the rows.</param>
    /// <param name="tolerance">The tolerance.</param>
    /// <param name="maxIterations">The largest number of iterations over all rows.</param>
    public LinearSvm(LabelledTable train, int seed, double tolerance = 1e-4, int maxIterations = 1000)
    {
        _weights = new double[train.Classes][];
        var random = new RandomSource((ulong)seed);
        for (int label = 0; label < _weights.Length; label++)
        {
            (_weights[label], int iterations) = Train(train, label, random, tolerance, maxIterations);
            Iterations = Math.Max(Iterations, iterations);
        }
    }

    /// <summary>The iterations of the class that took the most.</summary>
    public int Iterations { get; }

    /// <summary>The size of each column's coefficients: the sum of their absolute values over the classes.</summary>
    public double[] CoefficientSizes =>
        [.. Enumerable.Range(0, _weights[0].Length - 1).Select(column => _weights.Sum(weights => Math.Abs(weights[column])))];

    /// <inheritdoc/>
    public int Predict(ReadOnlySpan<double> row)
    {
        int best = 0;
        for (int label = 1; label < _weights.Length; label++)
        {
            best = Score(_weights[label], row) > Score(_weights[best], row) ? label : best;
        }

        return best;
    }

    /// <summary>The mean squared hinge loss, summed over the classes.</summary>
    public double Loss(LabelledTable table)
    {
        double sum = 0;
        for (int row = 0; row < table.Count; row++)
        {
            for (int label = 0; label < _weights.Length; label++)
            {
                double margin = Math.Max(0, 1 - Sign(table, row, label) * Score(_weights[label], table.Row(row)));
                sum += margin * margin;
            }
        }

        return sum / table.Count;
    }

    private static (double[] Weights, int Iterations) Train(
        LabelledTable train, int label, RandomSource random, double tolerance, int maxIterations)
    {
        var weights = new double[train.Width + 1];
        var dual = new double[train.Count];
        int[] order = [.. Enumerable.Range(0, train.Count)];
        for (int iteration = 1; ; iteration++)
        {
            random.Next().Shuffle(order);
            double highest = double.NegativeInfinity, lowest = double.PositiveInfinity;
            foreach (int row in order)
            {
                ReadOnlySpan<double> x = train.Row(row);
                double sign = Sign(train, row, label);
                double gradient = sign * Score(weights, x) - 1 + Diagonal * dual[row];
                double projected = dual[row] == 0 ? Math.Min(gradient, 0) : gradient;
                (highest, lowest) = (Math.Max(highest, projected), Math.Min(lowest, projected));
                if (projected != 0)
                {
                    double before = dual[row];
                    dual[row] = Math.Max(0, before - gradient / (SquaredNorm(x) + Diagonal));
                    Add((dual[row] - before) * sign, x, weights);
                }
            }

            if (highest - lowest <= tolerance || iteration == maxIterations)
            {
                return (weights, iteration);
            }
        }
    }

    private static double Sign(LabelledTable table, int row, int label) => table.Labels[row] == label ? 1 : -1;

    private static double Score(double[] weights, ReadOnlySpan<double> row)
    {
        double sum = weights[^1];
        for (int i = 0; i < row.Length; i++)
        {
            sum += weights[i] * row[i];
        }

        return sum;
    }

    private static double SquaredNorm(ReadOnlySpan<double> row)
    {
        double sum = 1;
        foreach (double number in row)
        {
            sum += number * number;
        }

        return sum;
    }

    private static void Add(double factor, ReadOnlySpan<double> row, double[] weights)
    {
        for (int i = 0; i < row.Length; i++)
        {
            weights[i] += factor * row[i];
        }

        weights[^1] += factor;
    }
}
