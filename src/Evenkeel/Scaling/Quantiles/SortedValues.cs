namespace Evenkeel.Scaling;

/// <summary>Searches in ascending numbers.</summary>
internal static class SortedValues
{
    /// <summary>Returns how many of the numbers are below <paramref name="x"/>.</summary>
    public static int CountBelow(ReadOnlySpan<double> ascending, double x)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = ascending[middle] < x ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Returns how many of the numbers are at most <paramref name="x"/>.</summary>
    public static int CountAtMost(ReadOnlySpan<double> ascending, double x)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = ascending[middle] <= x ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
