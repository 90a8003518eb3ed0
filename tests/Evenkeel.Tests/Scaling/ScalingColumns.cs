namespace Evenkeel.Tests.Scaling;

/// <summary>The columns of Golden/scikit-learn/generate.py, to the bit.</summary>
internal static class ScalingColumns
{
    public const int Rows = 10_000;

    public static IReadOnlyDictionary<string, double[]> All { get; } = Make();

    private static Dictionary<string, double[]> Make()
    {
        double[] u = Units(1), v = Units(2);
        double[] nearly = Fill(0.1), outlier = Map(x => x - 0.5);
        nearly[Rows / 3] += Math.ScaleB(1, -20);
        outlier[Rows / 3] = 1e12;
        return new Dictionary<string, double[]>
        {
            ["uniform"] = Map(x => x - 0.5),
            ["skewed"] = Map(x => 1 / (x + 0.0009765625)),
            ["whole numbers"] = Map(x => Math.Floor(10 * x)),
            ["a quarter NaN"] = [.. u.Zip(v, (x, y) => y < 0.25 ? double.NaN : x - 0.5)],
            ["an outlier"] = outlier,
            ["1e4 ± 1e-2"] = Map(x => 1e4 + (x - 0.5) * 0.02),
            ["1e9 ± 1e-3"] = Map(x => 1e9 + (x - 0.5) * 0.002),
            ["1e30"] = Map(x => (x - 0.5) * 1e30),
            ["1e-30"] = Map(x => (x - 0.5) * 1e-30),
            ["constant"] = Fill(0.1),
            ["constant but for one"] = nearly,
        };

        double[] Map(Func<double, double> of) => Array.ConvertAll(u, x => of(x));
    }

    private static double[] Fill(double value) => [.. Enumerable.Repeat(value, Rows)];

    /// <summary>Fractions from 0 to 1 by a linear congruential generator.</summary>
    private static double[] Units(ulong seed)
    {
        ulong state = seed;
        var fractions = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            state = unchecked(state * 6364136223846793005 + 1442695040888963407);
            fractions[i] = Math.ScaleB(state >> 11, -53);
        }

        return fractions;
    }
}
