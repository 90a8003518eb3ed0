namespace Evenkeel.Tests.Reference;

/// <summary>
/// The normalization of sets of elements as the papers write it, in double precision, by loops alone. To which set an
/// element belongs, and which weight is its own, are two tables: so it is every normalizer of the family.
/// </summary>
/// <param name="sets">The set of each element; −1 where a mask leaves the element out.</param>
/// <param name="weights">The number of each element's γ and β.</param>
/// <param name="gamma">γ; null where there is none.</param>
/// <param name="beta">β; null where there is none.</param>
/// <param name="epsilon">ε, inside the root.</param>
/// <param name="subtractsMean">Whether the mean is subtracted, or a set is only scaled, by its mean square.</param>
internal sealed class SetNormalizationReference(
    int[] sets, int[] weights, double[]? gamma, double[]? beta, double epsilon, bool subtractsMean = true)
{
    /// <summary>Mean and variance to normalize each set with, as constants; null for the set's own.</summary>
    public (double Mean, double Variance)[]? Constants { get; init; }

    /// <summary>
    /// The constants r and d that correct x̃ to x̂ = x̃·r + d, given a set's mean and √(variance + ε); null where nothing is corrected.
    /// </summary>
    public Func<double, double, (double R, double D)>? Correction { get; init; }

    /// <summary>Past means and mean squares that count as much as a set's own, as constants: for each of them, one per set.</summary>
    public (double Mean, double MeanSquare)[][] Past { get; init; } = [];

    /// <summary>Count, mean and population variance of each set, in two sweeps.</summary>
    public (int Count, double Mean, double Variance)[] Statistics(double[] x)
    {
        var statistics = new (int Count, double Mean, double Variance)[sets.Max() + 1];
        var first = new double?[statistics.Length];
        ForEach((i, set) =>
        {
            // The shift loses nothing in double precision, and lets 1e4 ± 0.01 keep all its digits.
            first[set] ??= x[i];
            statistics[set].Count++;
            statistics[set].Mean += x[i] - first[set]!.Value;
        });
        for (int set = 0; set < statistics.Length; set++)
        {
            statistics[set].Mean = (first[set] ?? 0) + statistics[set].Mean / Math.Max(1, statistics[set].Count);
        }

        ForEach((i, set) =>
        {
            double deviation = x[i] - statistics[set].Mean;
            statistics[set].Variance += deviation * deviation / statistics[set].Count;
        });
        return statistics;
    }

    /// <summary>y; 0 for what is left out.</summary>
    public double[] Forward(double[] x)
    {
        Affine[] maps = Maps(x);
        var y = new double[x.Length];
        ForEach((i, set) => y[i] = Gamma(i) * maps[set].Of(x[i]) + (beta?[weights[i]] ?? 0));
        return y;
    }

    /// <summary>
    /// The gradients of x, γ and β, and the largest of the terms whose difference that of x is: what its rounding is relative to.
    /// </summary>
    public (double[] Input, double[] Weight, double[] Bias, double LargestTerm) Backward(double[] x, double[] dy)
    {
        Affine[] maps = Maps(x);
        int lengthOfWeights = weights.Max() + 1;
        double[] dx = new double[x.Length], weight = new double[lengthOfWeights], bias = new double[lengthOfWeights];
        ForEach((i, set) =>
        {
            weight[weights[i]] += dy[i] * maps[set].Of(x[i]);
            bias[weights[i]] += dy[i];
        });
        (double Mean, double AlongNormalized)[] means = GradientMeans(maps, x, dy);
        double largest = 0;
        ForEach((i, set) =>
        {
            double own = Gamma(i) * dy[i];
            double scale = maps[set].R * maps[set].Scale;
            dx[i] = scale * (own - means[set].Mean - maps[set].Uncorrected(x[i]) * means[set].AlongNormalized);
            largest = Math.Max(largest, scale * Math.Abs(own));
        });
        return (dx, weight, bias, largest);
    }

    /// <summary>
    /// The largest term of the sum that each result is: of y = γ·x̂ + β, of dx = γ·dy − mean − x̂·mean, each times 1/√(σ² + ε), of
    /// dγ = Σdy·x̂ and of dβ = Σdy. x̂, a difference itself, counts in y and dx at least as much as its root mean square over the set.
    /// </summary>
    public (double[] Output, double[] Input, double[] Weight, double[] Bias) LargestTerms(double[] x, double[] dy)
    {
        Affine[] maps = Maps(x);
        int lengthOfWeights = weights.Max() + 1;
        double[] output = new double[x.Length], input = new double[x.Length];
        double[] weight = new double[lengthOfWeights], bias = new double[lengthOfWeights];
        double[] count = new double[maps.Length], squares = new double[maps.Length];
        ForEach((i, set) =>
        {
            count[set]++;
            squares[set] += maps[set].Uncorrected(x[i]) * maps[set].Uncorrected(x[i]);
        });
        (double Mean, double AlongNormalized)[] means = GradientMeans(maps, x, dy);
        ForEach((i, set) =>
        {
            double normalized = Math.Abs(maps[set].Uncorrected(x[i]));
            double typical = Math.Max(normalized, Math.Sqrt(squares[set] / count[set]));
            double own = Math.Abs(Gamma(i) * dy[i]);
            output[i] = Math.Max(Math.Abs(Gamma(i)) * typical, Math.Abs(beta?[weights[i]] ?? 0));
            input[i] = maps[set].Scale * Math.Max(own, Math.Max(Math.Abs(means[set].Mean), typical * Math.Abs(means[set].AlongNormalized)));
            weight[weights[i]] = Math.Max(weight[weights[i]], Math.Abs(dy[i]) * normalized);
            bias[weights[i]] = Math.Max(bias[weights[i]], Math.Abs(dy[i]));
        });
        return (output, input, weight, bias);
    }

    /// <summary>Of each set, the mean of γ·dy and that of γ·dy·x̂, which dx takes off; 0 where statistics are constants.</summary>
    private (double Mean, double AlongNormalized)[] GradientMeans(Affine[] maps, double[] x, double[] dy)
    {
        double[] count = new double[maps.Length], sum = new double[maps.Length], sumNormalized = new double[maps.Length];
        ForEach((i, set) =>
        {
            count[set]++;
            sum[set] += Gamma(i) * dy[i];
            sumNormalized[set] += Gamma(i) * dy[i] * maps[set].Uncorrected(x[i]);
        });
        double share = Constants is null ? 1.0 / (1 + Past.Length) : 0;
        return [.. count.Select((n, set) => n == 0 ? default : (subtractsMean ? sum[set] * share / n : 0, sumNormalized[set] * share / n))];
    }

    private Affine[] Maps(double[] x) => Constants is not null
        ? Array.ConvertAll(Constants, c => new Affine(c.Mean, 1 / Math.Sqrt(c.Variance + epsilon)))
        : Array.ConvertAll(WithPast(Statistics(x)), s => subtractsMean
            ? Corrected(s.Mean, Math.Sqrt(s.Variance + epsilon))
            : new Affine(0, 1 / Math.Sqrt(s.Variance + s.Mean * s.Mean + epsilon)));

    private (int Count, double Mean, double Variance)[] WithPast((int Count, double Mean, double Variance)[] own) =>
        [.. own.Select((statistics, set) =>
        {
            if (Past.Length == 0)
            {
                return statistics;
            }

            (double Mean, double MeanSquare)[] terms =
                [(statistics.Mean, statistics.Variance + statistics.Mean * statistics.Mean), .. Past.Select(past => past[set])];
            double mean = terms.Average(term => term.Mean);
            return (statistics.Count, mean, terms.Average(term => Math.Max(term.MeanSquare, term.Mean * term.Mean)) - mean * mean);
        })];

    private Affine Corrected(double mean, double deviation) =>
        Correction?.Invoke(mean, deviation) is (double r, double d) ? new(mean, 1 / deviation, r, d) : new(mean, 1 / deviation);

    private double Gamma(int element) => gamma?[weights[element]] ?? 1;

    private void ForEach(Action<int, int> action)
    {
        for (int i = 0; i < sets.Length; i++)
        {
            if (sets[i] >= 0)
            {
                action(i, sets[i]);
            }
        }
    }

    private readonly record struct Affine(double Mean, double Scale, double R = 1, double D = 0)
    {
        public double Of(double x) => Uncorrected(x) * R + D;

        public double Uncorrected(double x) => (x - Mean) * Scale;
    }
}
