using Evenkeel.Explanations.Graphs;

namespace Evenkeel.Explanations.Methods;

/// <summary>Central differences of L = Σ dy·y by each input of a graph, in double precision.</summary>
/// <param name="build">Computes the graph for x, γ and β.</param>
/// <param name="outputGradient">dy.</param>
/// <param name="x">x.</param>
/// <param name="weight">γ.</param>
/// <param name="bias">β.</param>
internal sealed class FiniteDifferences(
    Func<double[], double[], double[], Graph> build, double[] outputGradient, double[] x, double[] weight, double[] bias)
{
    /// <summary>The step h, relative to the magnitude of the number where that is above 1.</summary>
    public const double StepSize = 1e-5;

    /// <summary>The step, in words.</summary>
    public const string StepText = "10⁻⁵·max(1, |x|)";

    /// <summary>By each element of x.</summary>
    public double[] ByInput() => Of(x, moved => build(moved, weight, bias));

    /// <summary>By each element of γ.</summary>
    public double[] ByWeight() => Of(weight, moved => build(x, moved, bias));

    /// <summary>By each element of β.</summary>
    public double[] ByBias() => Of(bias, moved => build(x, weight, moved));

    private double[] Of(double[] values, Func<double[], Graph> rebuild)
    {
        double[] differences = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double step = StepSize * Math.Max(1, Math.Abs(values[i]));
            differences[i] = (Loss(values[i] + step) - Loss(values[i] - step)) / (2 * step);

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
