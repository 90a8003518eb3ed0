using System.Globalization;

namespace Evenkeel.Explanations.Formulas;

/// <summary>Writes numbers within formulas.</summary>
internal static class Numbers
{
    private const int LongestSum = 44;

    /// <summary>A number with up to four decimals, or in scientific notation where that would lose it; −0 as 0.</summary>
    public static string Short(double value)
    {
        double magnitude = Math.Abs(value);
        string format = magnitude is 0 or (>= 1e-3 and < 1e6) || !double.IsFinite(value) ? "0.####" : "0.###e-0";
        return (value == 0 ? 0 : value).ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
    }

    /// <summary>A number with ten decimals at most, for terms that nearly cancel.</summary>
    public static string Precise(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>A number behind an operator, in parentheses if it is negative.</summary>
    public static string Operand(double value) => value < 0 ? $"({Short(value)})" : Short(value);

    /// <summary>A sum of numbers; of many, the first ones.</summary>
    public static string Sum(IEnumerable<double> terms)
    {
        string sum = "";
        foreach (double term in terms)
        {
            if (sum.Length > LongestSum)
            {
                return sum + " + …";
            }

            sum += sum.Length == 0 ? Short(term) : term < 0 ? $" − {Short(-term)}" : $" + {Short(term)}";
        }

        return sum;
    }
}
