using System.Numerics.Tensors;

namespace Evenkeel.Studies.Probes;

/// <summary>The correlation between the units of a layer.</summary>
internal static class UnitCorrelation
{
    /// <summary>The mean magnitude of the correlation over all pairs of units that are not constant.</summary>
    /// <param name="values">The units' values [samples, units].</param>
    /// <returns>The mean, NaN if fewer than two units vary; and the number of constant units.</returns>
    public static (double Mean, int Constant) Of(Tensor<float> values)
    {
        float[][] units = Units.Columns(values);
        double[][] varying = [.. units.Where(unit => unit.Any(value => value != unit[0])).Select(Standardized)];
        double sum = 0;
        for (int i = 0; i < varying.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += Math.Abs(Product(varying[i], varying[j]));
            }
        }

        return (sum / (varying.Length * (varying.Length - 1.0) / 2), units.Length - varying.Length);
    }

    /// <summary>The values with mean 0 and length 1.</summary>
    private static double[] Standardized(float[] values)
    {
        double mean = values.Average(value => (double)value);
        double[] centered = [.. values.Select(value => value - mean)];
        double length = Math.Sqrt(Product(centered, centered));
        return [.. centered.Select(value => value / length)];
    }

    /// <summary>Σxy, summed in a fixed order.</summary>
    private static double Product(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
