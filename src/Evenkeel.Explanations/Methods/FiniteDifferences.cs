using Evenkeel.Explanations.Graphs;

namespace Evenkeel.Explanations.Methods;

/// <summary>Central differences of L = Σ dy·y by each input of a graph, in double precision.</summary>
/// <param name="build">Computes the graph for x, γ and β.</param>
/// <param name="outputGradient">dy.</param>
/// <param name="x">x.</param>
/// <param name="deviations">s, the standard deviation of each element's set.</param>
/// <param name="weight">γ.</param>
/// <param name="bias">β.</param>
internal sealed class FiniteDifferences(
    Func<double[], double[], double[], Graph> build, double[] outputGradient, double[] x, double[] deviations, double[] weight,
    double[] bias)
{
    /// <summary>The step h by x, in words: y curves over distances of s, however large x is.</summary>
    public const string StepText = "10⁻⁵·s";

    private const double StepSize = 1e-5;

    /// <summary>By each element of x.</summary>
    public double[] ByInput() => Of(x, deviations, moved => build(moved, weight, bias));

    /// <summary>By each element of γ.</summary>
    public double[] ByWeight() => Of(weight, Magnitudes(weight), moved => build(x, moved, bias));

    /// <summary>By each element of β.</summary>
    public double[] ByBias() => Of(bias, Magnitudes(bias), moved => build(x, weight, moved));

    private static double[] Magnitudes(double[] values) => [.. values.Select(value => Math.Max(1, Math.Abs(value)))];

    private double[] Of(double[] values, double[] scales, Func<double[], Graph> rebuild)
    {
        double[] differences = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            // Not below a few units in the last place, or nothing would move.
            double step = Math.Max(StepSize * scales[i], 4 * (Math.BitIncrement(Math.Abs(values[i])) - Math.Abs(values[i])));
            double above = values[i] + step, below = values[i] - step;
            differences[i] = (Loss(above) - Loss(below)) / (above - below);

            double Loss(double value)
            {
                double[] moved = [.. values];
                moved[i] = value;
                return rebuild(moved).Nodes[^1].Values.Zip(outputGradient, (y, dy) => y * dy).Sum();
            }
        }

        return differences;
    }
}
