namespace Evenkeel.Studies.Probes;

/// <summary>Lengths of vectors, summed in double precision in a fixed order, so that no instruction set changes the bits.</summary>
internal static class Euclidean
{
    /// <summary>√Σx².</summary>
    public static double Norm(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float value in x)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>√Σ(x − y)².</summary>
    public static double Distance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
