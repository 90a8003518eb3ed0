using System.Globalization;

namespace Evenkeel.Explanations.Formulas;

/// <summary>Formats the numbers of a quantity alike, so that they line up.</summary>
internal static class NumberFormat
{
    private const int MaxDecimals = 4;
    private const double Rounding = 1e-9;

    /// <summary>Returns texts with the same number of decimals, as few as the numbers need and at most four.</summary>
    /// <remarks>If the largest is too large or too small for that, all are in scientific notation.</remarks>
    /// <param name="values">The numbers.</param>
    /// <param name="isLogarithmic">True for numbers that spread over many powers of ten.</param>
    public static string[] Of(IReadOnlyList<double> values, bool isLogarithmic = false)
    {
        double largest = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        bool isPlain = !isLogarithmic && largest is 0 or (>= 1e-3 and < 1e6);
        string format = isPlain ? "F" + Decimals(values).ToString(CultureInfo.InvariantCulture) : "0.000e+0";
        return [.. values.Select(value => Text(value, format))];
    }

    private static string Text(double value, string format)
    {
        string text = value.ToString(format, CultureInfo.InvariantCulture);
        bool isZero = double.IsFinite(value) && !text.AsSpan().ContainsAnyInRange('1', '9');
        return (isZero ? text.TrimStart('-') : text).Replace('-', '−');
    }

    private static int Decimals(IReadOnlyList<double> values)
    {
        for (int decimals = 0; decimals < MaxDecimals; decimals++)
        {
            if (values.All(value => !double.IsFinite(value)
                || Math.Abs(value - Math.Round(value, decimals)) <= Rounding * Math.Max(1, Math.Abs(value))))
            {
                return decimals;
            }
        }

        return MaxDecimals;
    }
}
