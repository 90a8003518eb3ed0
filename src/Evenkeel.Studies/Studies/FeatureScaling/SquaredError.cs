namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The mean squared error of a linear model, as the quadratic function of its weights that it is.</summary>
/// <remarks>
/// <para>Loss(w) = mean((y − Xw)²) = c − gᵀw + ½·wᵀHw, with c = mean(y²), g = 2Xᵀy/n and H = 2XᵀX/n.</para>
/// <para>
/// In double precision, and from H instead of from all rows in each step: the gradient is the same, and what is counted are
/// the descent's own steps, even where there are a million, and not the rounding of single precision.
/// </para>
/// </remarks>
internal sealed class SquaredError
{
    private readonly double[,] _h;
    private readonly double[] _g;
    private readonly double _c;

    private SquaredError(double[,] h, double[] g, double c)
    {
        _h = h;
        _g = g;
        _c = c;
        (double Value, double[] Vector)[] axes = SymmetricMatrix.Eigen(h);
        double[] distances = [.. axes.Select(axis => Dot(axis.Vector, g) / axis.Value)];
        Curvatures = [.. axes.Zip(distances, (axis, d) => new Curvature(axis.Value, 0.5 * axis.Value * d * d))];
        Optimum = [.. Enumerable.Range(0, g.Length).Select(i => axes.Zip(distances, (axis, d) => axis.Vector[i] * d).Sum())];
        Least = c - Curvatures.Sum(curvature => curvature.Excess);
    }

    /// <summary>The number of weights.</summary>
    public int Weights => _g.Length;

    /// <summary>The curvatures, rising, and what weights of zero have above the least loss in each.</summary>
    public IReadOnlyList<Curvature> Curvatures { get; }

    /// <summary>The best weights: the solution of the normal equations.</summary>
    public IReadOnlyList<double> Optimum { get; }

    /// <summary>The least loss.</summary>
    public double Least { get; }

    /// <summary>The matrix of second derivatives.</summary>
    public double Second(int i, int j) => _h[i, j];

    /// <summary>The loss of a model with a weight for each feature, and a bias as the last of its weights.</summary>
    /// <param name="features">The rows of features, one after another.</param>
    /// <param name="targets">What to predict for each row.</param>
    public static SquaredError OfLinearModel(ReadOnlySpan<double> features, ReadOnlySpan<double> targets)
    {
        int columns = features.Length / targets.Length;
        var h = new double[columns + 1, columns + 1];
        var g = new double[columns + 1];
        double c = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            double[] x = [.. features.Slice(row * columns, columns), 1];
            for (int i = 0; i <= columns; i++)
            {
                for (int j = 0; j <= columns; j++)
                {
                    h[i, j] += 2 * x[i] * x[j] / targets.Length;
                }

                g[i] += 2 * x[i] * targets[row] / targets.Length;
            }

            c += targets[row] * targets[row] / targets.Length;
        }

        return new SquaredError(h, g, c);
    }

    /// <summary>The loss as a function of all weights but the last, which is always at its best.</summary>
    public SquaredError WithBestLast()
    {
        int last = Weights - 1;
        var h = new double[last, last];
        var g = new double[last];
        for (int i = 0; i < last; i++)
        {
            for (int j = 0; j < last; j++)
            {
                h[i, j] = _h[i, j] - _h[i, last] * _h[last, j] / _h[last, last];
            }

            g[i] = _g[i] - _h[i, last] * _g[last] / _h[last, last];
        }

        return new SquaredError(h, g, _c - 0.5 * _g[last] * _g[last] / _h[last, last]);
    }

    /// <summary>The gradient at some weights, Hw − g; returns the loss there.</summary>
    public double Differentiate(ReadOnlySpan<double> weights, Span<double> gradient)
    {
        double loss = _c;
        for (int i = 0; i < gradient.Length; i++)
        {
            double sum = -_g[i];
            for (int j = 0; j < gradient.Length; j++)
            {
                sum += _h[i, j] * weights[j];
            }

            gradient[i] = sum;
            loss += 0.5 * weights[i] * (sum - _g[i]);
        }

        return loss;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
