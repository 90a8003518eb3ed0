using System.Numerics.Tensors;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Probes;

/// <summary>The values of single units over the samples.</summary>
internal static class Units
{
    /// <summary>The values of each unit of a layer, from the lowest to the highest.</summary>
    /// <param name="values">The layer's values [samples, units].</param>
    public static float[][] Sorted(Tensor<float> values)
    {
        float[][] units = Columns(values);
        foreach (float[] unit in units)
        {
            Array.Sort(unit);
        }

        return units;
    }

    /// <summary>The values of each unit of a layer, in the order of the samples.</summary>
    /// <param name="values">The layer's values [samples, units].</param>
    public static float[][] Columns(Tensor<float> values)
    {
        ReadOnlySpan<float> elements = values.Elements();
        var units = new float[(int)values.Lengths[1]][];
        for (int unit = 0; unit < units.Length; unit++)
        {
            float[] column = units[unit] = new float[(int)values.Lengths[0]];
            for (int sample = 0; sample < column.Length; sample++)
            {
                column[sample] = elements[sample * units.Length + unit];
            }
        }

        return units;
    }

    /// <summary>The quantile of sorted values, interpolated linearly.</summary>
    public static double Quantile(float[] sorted, double fraction)
    {
        double position = fraction * (sorted.Length - 1);
        int below = (int)position;
        double low = sorted[below], high = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return low + (position - below) * (high - low);
    }
}
