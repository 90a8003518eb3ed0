using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Scaling;

public class ColumnTransformerTests
{
    private static readonly int[][] Parts = [[1, 3, 6], [2], [0, 5]];

    [Theory]
    [InlineData(23, false)]
    [InlineData(23, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(200_001, false)]
    [InlineData(200_001, true)]
    public void Each_part_is_scaled_as_a_table_of_its_own_and_the_rest_passes_through(int rows, bool columnMajor)
    {
        float[][] columns = Columns(rows, seed: 1), more = Columns(rows + 5, seed: 2);
        double[] weights = [.. Enumerable.Range(0, rows + 5).Select(row => row % 3 * 0.5)];
        Scaler[] alone = [new MinMaxScaler(-1, 2), new StandardScaler(), new RowNormalizer(VectorNorm.L1)];
        var together = new ColumnTransformer(
            (new MinMaxScaler(-1, 2), [6, 1, 3]), (new StandardScaler(), [2]), (new RowNormalizer(VectorNorm.L1), [5, 0]));

        together.Fit(Tables.Of(columns, columnMajor));
        together.PartialFit(Tables.Of(more, columnMajor), weights);
        for (int part = 0; part < Parts.Length; part++)
        {
            alone[part].Fit(Tables.Of(Of(columns, part), columnMajor));
            alone[part].PartialFit(Tables.Of(Of(more, part), columnMajor), weights);
        }

        Tensor<float> table = Tables.Of(columns, columnMajor);
        float[][] result = Tables.Columns(together.Transform(table), columnMajor);
        for (int part = 0; part < Parts.Length; part++)
        {
            float[][] expected = Tables.Columns(alone[part].Transform(Tables.Of(Of(columns, part), columnMajor)), columnMajor);
            for (int c = 0; c < expected.Length; c++)
            {
                Closeness.AssertSameBits(expected[c], result[Parts[part][c]]);
            }
        }

        Assert.Equal(((AffineScaler)alone[1]).Center, ((AffineScaler)together.Parts[1].Scaler).Center);
        Closeness.AssertSameBits(columns[4], result[4]);

        together.Transform<float>(table, table);
        Assert.Equal(result, Tables.Columns(table, columnMajor));
    }

    [Fact]
    public void The_inverse_is_that_of_each_part()
    {
        var scaler = new ColumnTransformer((new StandardScaler(), [6, 1, 3]), (new MinMaxScaler(-1, 2), [2]));
        float[][] columns = Columns(50, seed: 3);
        Tensor<float> table = Tables.Of(columns, columnMajor: false);
        scaler.Fit(table);
        Tensor<float> back = scaler.InverseTransform(scaler.Transform(table));
        Closeness.AssertClose(TestData.Widen(table.Elements()), back.Elements(), Tolerances.Forward);
    }

    [Fact]
    public void Parts_merge_one_by_one()
    {
        Tensor<double> first = Scalers.Table(20, seed: 1), second = Scalers.Table(30, seed: 3);
        var both = Transformer();
        both.Fit(first);
        both.PartialFit(second);
        ColumnTransformer merged = Transformer(), other = Transformer();
        merged.Merge(other);
        Assert.Equal(0, merged.Columns);
        merged.Fit(first);
        other.Fit(second);
        merged.Merge(other);
        Tensor<double> table = Scalers.Table(9, seed: 5);
        Assert.Equal(both.Transform(table).Elements().ToArray(), merged.Transform(table).Elements().ToArray());
        Refusals.AssertRefused<ArgumentException>(() => merged.Merge(new ColumnTransformer((new StandardScaler(), [1]))), "other");
        Refusals.AssertRefused<ArgumentException>(
            () => merged.Merge(new ColumnTransformer((new StandardScaler(), [0, 1]), (new MinMaxScaler(), [3]))), "other");
        Refusals.AssertRefused<ArgumentException>(
            () => merged.Merge(new ColumnTransformer((new StandardScaler(), [0, 1]), (new MaxAbsScaler(), [4]))), "other");
        merged.Merge(Transformer());

        static ColumnTransformer Transformer() => new((new StandardScaler(), [1, 0]), (new MaxAbsScaler(), [3]));
    }

    [Fact]
    public void Quantiles_are_exact_where_the_table_is_whole_and_go_on_where_it_comes_in_parts()
    {
        float[][] columns = Columns(300, seed: 1), more = Columns(200, seed: 2), bad = Columns(10, seed: 3);
        columns[4] = [.. columns[4].Select(x => Math.Abs(x))];
        more[4] = [.. more[4].Select(x => Math.Abs(x))];
        bad[4][6] = -5;
        Scaler[] alone = [new RobustScaler(sketchCapacity: 50), new YeoJohnsonScaler(sketchCapacity: 50)];
        var together = new ColumnTransformer((alone[0], [1, 3]), (alone[1], [5]), (new LogScaler(), [4]));
        Tensor<float> table = Tables.Of(columns, columnMajor: false);

        together.PartialFit(table);
        together.PartialFit(Tables.Of(more, columnMajor: true));
        Refusals.AssertRefused<ArgumentException>(() =>
            together.PartialFit(Tables.Of(bad, columnMajor: false)), "table", "row 6, column 4");
        Refusals.AssertRefused<ArgumentException>(() => together.Transform(Tables.Of(bad, columnMajor: true)), "table", "row 6, column 4");
        ForEachAlone((scaler, own) => scaler.PartialFit(Tables.Of([.. own.Select(c => columns[c])], columnMajor: false)));
        ForEachAlone((scaler, own) => scaler.PartialFit(Tables.Of([.. own.Select(c => more[c])], columnMajor: false)));
        AssertSame();

        together.Fit(table);
        ForEachAlone((scaler, own) => scaler.Fit(Tables.Of([.. own.Select(c => columns[c])], columnMajor: false)));
        AssertSame();
        Assert.Throws<InvalidOperationException>(() => together.PartialFit(table));

        void ForEachAlone(Action<Scaler, int[]> action)
        {
            action(alone[0], [1, 3]);
            action(alone[1], [5]);
        }

        void AssertSame()
        {
            float[][] result = Tables.Columns(together.Transform(table), columnMajor: false);
            ForEachAlone((scaler, own) =>
            {
                float[][] expected = Tables.Columns(
                    scaler.Transform(Tables.Of([.. own.Select(c => columns[c])], columnMajor: false)), columnMajor: false);
                for (int c = 0; c < own.Length; c++)
                {
                    Closeness.AssertSameBits(expected[c], result[own[c]]);
                }
            });
        }
    }

    [Fact]
    public void What_is_given_stays_unfitted_and_what_is_fitted_can_be_read()
    {
        var standard = new StandardScaler();
        var scaler = new ColumnTransformer((standard, [2, 0]), (standard, [1]));
        scaler.Fit(Scalers.Table(5, seed: 1));
        Assert.Equal(0, standard.Columns);
        Assert.Equal([[0, 2], [1]], scaler.Parts.Select(part => part.Columns));
        Assert.Equal([2, 1], scaler.Parts.Select(part => ((StandardScaler)part.Scaler).Center.Count));
    }

    [Fact]
    public void An_infinity_is_refused_with_its_place_in_the_whole_table_and_nothing_is_fitted()
    {
        foreach (bool columnMajor in (bool[])[false, true])
        {
            var scaler = new ColumnTransformer((new ZeroMeanScaler(), [0]), (new MaxAbsScaler(), [1, 3]), (new StandardScaler(), [5]));
            Tensor<float> sound = Tables.Of(Columns(10, seed: 1), columnMajor);
            scaler.Fit(sound);
            float[] before = Tables.Elements(scaler.Transform(sound)).ToArray();

            float[][] columns = Columns(10, seed: 2);
            columns[3][7] = float.PositiveInfinity;
            columns[4][2] = float.PositiveInfinity;
            Tensor<float> table = Tables.Of(columns, columnMajor);
            Refusals.AssertRefused<ArgumentException>(() => scaler.Fit(table), "table", "row 7, column 3");
            Refusals.AssertRefused<ArgumentException>(() => scaler.PartialFit(table), "table", "row 7, column 3");
            Refusals.AssertRefused<ArgumentException>(() => scaler.Transform(table), "table", "row 7, column 3");
            Assert.Equal(before, Tables.Elements(scaler.Transform(sound)).ToArray());

            columns[5][1] = float.PositiveInfinity;
            string first = columnMajor ? "row 7, column 3" : "row 1, column 5";
            Refusals.AssertRefused<ArgumentException>(() => scaler.Transform(Tables.Of(columns, columnMajor)), "table", first);
        }
    }

    [Fact]
    public void An_infinity_far_down_is_found()
    {
        var scaler = new ColumnTransformer((new StandardScaler(), [0, 1]));
        scaler.Fit(TestData.Tensor(new float[] { 1, 2, 3, 4 }, 2, 2));
        var table = new float[600_000];
        table[555_551] = float.NegativeInfinity;
        Refusals.AssertRefused<ArgumentException>(() =>
            scaler.Transform(TestData.Tensor(table, 300_000, 2)), "table", "row 277775, column 1");
    }

    [Fact]
    public void A_spread_beyond_double_precision_is_refused_with_the_column_s_number_and_nothing_is_fitted()
    {
        var scaler = new ColumnTransformer((new ZeroMeanScaler(), [0]), (new StandardScaler(), [2]));
        Tensor<double> sound = TestData.Tensor(new double[] { 1, 2, 3, 4, 5, 7 }, 2, 3);
        scaler.Fit(sound);
        double[] before = scaler.Transform(sound).Elements().ToArray();
        Tensor<double> wide = TestData.Tensor(new[] { 9, 9, 1e300, 9, 9, -1e300 }, 2, 3);
        Refusals.AssertRefused<ColumnException>(() => scaler.PartialFit(wide), "table", "column 2");
        Assert.Equal(before, scaler.Transform(sound).Elements().ToArray());
    }

    [Fact]
    public void Parts_that_make_no_sense_are_refused()
    {
        Refusals.AssertRefused<ArgumentException>(() => new ColumnTransformer(), "parts", "no scalers");
        Refusals.AssertRefused<ArgumentException>(() => new ColumnTransformer((new StandardScaler(), [])), "parts", "no column");
        Refusals.AssertRefused<ArgumentException>(() => new ColumnTransformer((new StandardScaler(), [-1])), "parts", "-1");
        Refusals.AssertRefused<ArgumentException>(() =>
            new ColumnTransformer((new StandardScaler(), [1, 1])), "parts", "Column 1 is named twice");
        Refusals.AssertRefused<ArgumentException>(
            () => new ColumnTransformer((new StandardScaler(), [1]), (new MaxAbsScaler(), [0, 1])), "parts", "Column 1 is named twice");
        Refusals.AssertRefused<ArgumentException>(() =>
            new ColumnTransformer((Scalers.Fitted("standard"), [1])), "parts", "fitted already");
        Refusals.AssertRefused<ArgumentException>(
            () => new ColumnTransformer((new ColumnTransformer((new StandardScaler(), [0])), [1])), "parts", "ColumnTransformer itself");
        Refusals.AssertRefused<ArgumentNullException>(() => new ColumnTransformer((null!, [1])), "parts");
        Refusals.AssertRefused<ArgumentNullException>(() => new ColumnTransformer((new StandardScaler(), null!)), "parts");
        Refusals.AssertRefused<ArgumentException>(
            () => new ColumnTransformer((new StandardScaler(), [5])).Fit(Scalers.Table(3, seed: 1)), "table", "5 columns", "column 5");
    }

    private static float[][] Of(float[][] columns, int part) => [.. Parts[part].Select(c => columns[c])];

    private static float[][] Columns(int rows, int seed) => [.. Enumerable.Range(0, 7).Select(c => TestData.Uniform(rows, seed * 100 + c))];
}
