namespace Evenkeel.Tests.Reference;

/// <summary>The Yeo–Johnson transform as it stands in the paper, in double precision.</summary>
internal static class YeoJohnsonReference
{
    public static double Transform(double x, double lambda) =>
        x >= 0
            ? lambda == 0 ? Math.Log(1 + x) : (Math.Pow(1 + x, lambda) - 1) / lambda
            : lambda == 2 ? -Math.Log(1 - x) : -(Math.Pow(1 - x, 2 - lambda) - 1) / (2 - lambda);

    /// <summary>The log-likelihood of normal numbers, with the variance that makes it largest, but for a constant.</summary>
    public static double LogLikelihood(IReadOnlyList<double> values, double lambda, IReadOnlyList<double>? weights = null)
    {
        double total = 0, sum = 0, logarithms = 0;
        for (int i = 0; i < values.Count; i++)
        {
            double weight = weights?[i] ?? 1;
            total += weight;
            sum += weight * Transform(values[i], lambda);
            logarithms += weight * Math.Sign(values[i]) * Math.Log(1 + Math.Abs(values[i]));
        }

        double squares = 0;
        for (int i = 0; i < values.Count; i++)
        {
            double deviation = Transform(values[i], lambda) - sum / total;
            squares += (weights?[i] ?? 1) * deviation * deviation;
        }

        return (lambda - 1) * logarithms - 0.5 * total * Math.Log(squares / total);
    }
}
