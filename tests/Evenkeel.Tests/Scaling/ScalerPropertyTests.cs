using System.Numerics.Tensors;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using static Evenkeel.Tests.Scaling.RowTables;

namespace Evenkeel.Tests.Scaling;

/// <summary>What holds for every table: FsCheck chooses them.</summary>
public class ScalerPropertyTests
{
    /// <summary>Tables of some columns, in parts of which none is empty; a number now and then is NaN.</summary>
    private static readonly Arbitrary<double[][][]> Parts = (
        from columns in Gen.Choose(1, 20)
        from offset in Gen.Elements(0.0, 1, 1e4, -1e7)
        from spread in Gen.Elements(1e-3, 1, 1e12)
        from parts in Gen.Choose(1, 9).SelectMany(rows => Number(offset, spread).ArrayOf(columns).ArrayOf(rows)).NonEmptyListOf()
        select parts.ToArray()).ToArbitrary();

    public static TheoryData<string> All => AffineScalers.Names;

    public static TheoryData<string> OfExtrema => AffineScalers.NamesOfExtrema;

    public static TheoryData<string> OfMoments => AffineScalers.NamesOfMoments;

    /// <remarks>
    /// In double precision the difference, quotient and sum are each rounded, forth and back: 4 units of the largest of x, center
    /// and what the shift weighs. In single precision y is rounded once, by 2⁻²⁴|y|, which the scale takes back to x; x is rounded again.
    /// </remarks>
    [Theory]
    [MemberData(nameof(All))]
    public void The_inverse_of_a_transform_is_the_table_to_rounding(string name) => Properties.Check(Parts, parts =>
    {
        double[][] rows = [.. parts.SelectMany(part => part)];
        foreach (Tensor<double> table in InBothLayouts(rows))
        {
            AffineScaler scaler = Fitted(name, table);
            AssertClose(rows, Elements(scaler.InverseTransform(scaler.Transform(table))), (c, x) =>
                8 * Math.ScaleB(1, -53) * (Math.Abs(x) + Math.Abs(scaler.Center[c]) + Math.Abs(scaler.Shift[c] * scaler.Scale[c])));
        }

        float[][] floats = [.. rows.Select(row => Array.ConvertAll(row, x => (float)x))];
        foreach (Tensor<float> table in InBothLayouts(floats))
        {
            AffineScaler scaler = AffineScalers.All[name]();
            scaler.Fit(table);
            Tensor<float> result = scaler.Transform(table);
            AssertClose([.. floats.Select(row => Support.TestData.Widen(row))],
                Support.TestData.Widen(Elements(scaler.InverseTransform(result))), (c, x) =>
                1.01 * Math.ScaleB(1, -24) * (Math.Abs(x) + Math.Abs((x - scaler.Center[c]) + scaler.Shift[c] * scaler.Scale[c])) + 1e-40);
        }
    });

    /// <remarks>
    /// Each merge rounds the means: by 2⁻⁵³ of the largest number, squared into the deviations. Twenty parts or so are within 50
    /// such units.
    /// </remarks>
    [Theory]
    [MemberData(nameof(OfMoments))]
    public void Parts_fitted_one_by_one_or_merged_in_any_order_are_the_whole_to_rounding(string name) => Properties.Check(Parts, parts =>
    {
        double[][] rows = [.. parts.SelectMany(part => part)];
        MomentsScaler whole = (MomentsScaler)Fitted(name, ByRows(rows));
        foreach (AffineScaler scaler in InSeveralOrders(name, parts))
        {
            for (int c = 0; c < whole.Columns; c++)
            {
                double unit = Math.ScaleB(1, -53) * rows.Select(row => double.IsNaN(row[c]) ? 0 : Math.Abs(row[c])).Max();
                Evenkeel.Numerics.Moments expected = whole.Moments[c], actual = ((MomentsScaler)scaler).Moments[c];
                Assert.Equal(expected.Count, actual.Count);
                Assert.InRange(Math.Abs(actual.Mean - expected.Mean), 0, 50 * unit);
                double deviation = Math.Sqrt(expected.SumOfSquaredDeviations / Math.Max(1, expected.Count));
                Assert.InRange(
                    Math.Abs(Math.Sqrt(actual.SumOfSquaredDeviations / Math.Max(1, expected.Count)) - deviation),
                    0,
                    50 * unit + 1e-14 * deviation);
            }
        }
    });

    [Theory]
    [MemberData(nameof(OfExtrema))]
    public void Extrema_of_parts_in_any_order_are_those_of_the_whole_to_the_bit(string name) => Properties.Check(Parts, parts =>
    {
        double[] whole = AffineScalers.Parameters(Fitted(name, ByRows([.. parts.SelectMany(part => part)])));
        Assert.All(InSeveralOrders(name, parts), scaler => Assert.Equal(
            Array.ConvertAll(whole, BitConverter.DoubleToInt64Bits),
            Array.ConvertAll(AffineScalers.Parameters(scaler), BitConverter.DoubleToInt64Bits)));
    });

    private static Gen<double> Number(double offset, double spread) => Gen.Frequency(
        (9, Gen.Choose(-1000, 1000).Select(k => offset + spread * k / 700)),
        (1, Gen.Elements(double.NaN, 0.0, -0.0)));

    private static IEnumerable<AffineScaler> InSeveralOrders(string name, double[][][] parts)
    {
        AffineScaler partial = AffineScalers.All[name](), backwards = AffineScalers.All[name](), merged = AffineScalers.All[name]();
        foreach (double[][] part in parts)
        {
            partial.PartialFit(ByRows(part));
        }

        foreach (double[][] part in parts.Reverse())
        {
            backwards.PartialFit(ByColumns(part));
            AffineScaler one = Fitted(name, ByRows(part));
            one.Merge(merged);
            merged = one;
        }

        return [partial, backwards, merged];
    }

    private static void AssertClose(double[][] expected, double[] actual, Func<int, double, double> bound)
    {
        foreach ((int i, double x) in expected.SelectMany(row => row).Index())
        {
            if (double.IsNaN(x))
            {
                Assert.Equal(x, actual[i]);
            }
            else
            {
                Assert.InRange(Math.Abs(actual[i] - x), 0, bound(i % expected[0].Length, x));
            }
        }
    }

    private static AffineScaler Fitted(string name, Tensor<double> table)
    {
        AffineScaler scaler = AffineScalers.All[name]();
        scaler.Fit(table);
        return scaler;
    }
}
