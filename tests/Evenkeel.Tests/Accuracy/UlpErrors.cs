using System.Globalization;

namespace Evenkeel.Tests.Accuracy;

/// <summary>How far single-precision results are from exact ones, in units in the last place.</summary>
/// <param name="Largest">The largest error.</param>
/// <param name="Mean">The mean error.</param>
/// <param name="NotFinite">
/// How many are NaN or infinite although single precision could hold the exact one; they have no part in the two errors.
/// </param>
/// <param name="Overflowing">How many are infinite rightly, as the exact ones are beyond single precision.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct UlpErrors(double Largest, double Mean, int NotFinite, int Overflowing, int Count)
{
    private const int SmallestExponent = -126;
    private const int FractionBits = 23;

    /// <summary>
    /// The errors, each in units of the spacing of floats at the larger of the exact result and <paramref name="largestTerms"/>:
    /// the largest term of the sum that it is.
    /// </summary>
    public static UlpErrors Of(double[] actual, double[] exact, double[] largestTerms)
    {
        double largest = 0, sum = 0;
        int notFinite = 0, overflowing = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            if (double.IsFinite(actual[i]))
            {
                double error = Math.Abs(actual[i] - exact[i]) / Ulp(Math.Max(Math.Abs(exact[i]), largestTerms[i]));
                largest = Math.Max(largest, error);
                sum += error;
            }
            else if (actual[i] == (float)exact[i])
            {
                overflowing++;
            }
            else
            {
                notFinite++;
            }
        }

        return new UlpErrors(largest, sum / Math.Max(1, exact.Length - notFinite - overflowing), notFinite, overflowing, exact.Length);
    }

    /// <summary>The spacing of floats at a number, as if they had no largest one.</summary>
    private static double Ulp(double size) =>
        Math.ScaleB(1, Math.Max(size == 0 ? SmallestExponent : Math.ILogB(size), SmallestExponent) - FractionBits);

    /// <summary>
    /// Whether these are worse than others by more than the last rounding explains: by half a unit at most, or a few hundredths in the
    /// mean.
    /// </summary>
    public bool AreWorseThan(UlpErrors others) =>
        NotFinite > others.NotFinite
        || (others.NotFinite + others.Overflowing < Count && (Largest > others.Largest + 0.5 || Mean > others.Mean + 0.03));

    public override string ToString()
    {
        string errors = NotFinite + Overflowing == Count ? "" : $"{Text(Largest)}, {Text(Mean)}";
        string[] rest = [errors, Share(NotFinite, "not finite"), Share(Overflowing, "overflow")];
        return string.Join("; ", rest.Where(part => part.Length > 0));
    }

    private static string Text(double error) => error switch
    {
        >= 1e4 => error.ToString("0.e+0", CultureInfo.InvariantCulture),
        >= 100 => error.ToString("0", CultureInfo.InvariantCulture),
        _ => error.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private string Share(int part, string what) =>
        part == 0 ? "" : part == Count ? $"all {what}" : FormattableString.Invariant($"{100.0 * part / Count:0.###} % {what}");
}
