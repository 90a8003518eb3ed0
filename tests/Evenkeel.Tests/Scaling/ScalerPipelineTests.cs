using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Scaling.QuantileScalersGolden;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Scaling;

[Collection(nameof(ProcessWideState))]
public class ScalerPipelineTests
{
    private const double NaN = double.NaN;

    [Fact]
    public void Results_and_inverses_are_those_of_scikit_learn()
    {
        foreach (TransformersGolden golden in TransformersGolden.All.Where(column => column.Name != "constant"))
        {
            Tensor<double> table = Column(Array.ConvertAll(Numbers(golden.Values), Math.Abs));
            Tensor<double> points = Column(Array.ConvertAll(Numbers(golden.Points), Math.Abs));
            ScalerPipeline whole = Three(), streamed = Three();
            whole.Fit(table);
            streamed.PartialFit(table);
            streamed.NextPass();
            streamed.PartialFit(table);
            foreach (ScalerPipeline pipeline in (ScalerPipeline[])[whole, streamed])
            {
                Tensor<double> result = pipeline.Transform(points);
                Closeness.AssertClose(Numbers(golden.Pipeline.Transformed), result.Elements(), 1e-13);
                Closeness.AssertClose(Numbers(golden.Pipeline.Inverse), pipeline.InverseTransform(result).Elements(), 1e-12);
            }
        }

        static ScalerPipeline Three() => new(new LogScaler(), new StandardScaler(), new MinMaxScaler(-1, 1));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(23, true)]
    [InlineData(1, true)]
    [InlineData(100_003, true)]
    public void Each_stage_takes_the_result_of_the_one_before(int rows, bool columnMajor)
    {
        double[][] columns = [.. Enumerable.Range(0, 3).Select(c => TestData.Widen(TestData.Uniform(rows, seed: c + 1)))];
        columns[1][rows / 2] = NaN;
        Tensor<double> table = Tables.Of(columns, columnMajor);
        double[] weights = [.. Enumerable.Range(0, rows).Select(row => row % 3 * 0.5)];
        Scaler[] alone = [new RowNormalizer(VectorNorm.Max), new StandardScaler(), new ClippingScaler(-1, 1), new MinMaxScaler()];
        var pipeline = new ScalerPipeline(alone);
        pipeline.Fit(table, weights);
        double[][] result = Tables.Columns(pipeline.Transform(table), columnMajor);

        Tensor<double> expected = table;
        foreach (Scaler scaler in alone)
        {
            Assert.Equal(0, scaler.Columns);
            scaler.Fit(expected, weights);
            expected = scaler.Transform(expected);
        }

        Assert.Equal(Tables.Columns(expected, columnMajor), result);
        Assert.Equal(((AffineScaler)alone[1]).Center, ((AffineScaler)pipeline.Stages[1]).Center);
        pipeline.Transform<double>(table, table);
        Assert.Equal(result, Tables.Columns(table, columnMajor));
    }

    [Fact]
    public void Between_the_stages_numbers_are_in_double_precision()
    {
        float[] values = [1e9f, 1e9f + 64, 1e9f + 256];
        var pipeline = new ScalerPipeline(new LogScaler(), new MinMaxScaler());
        float[] result = pipeline.FitTransform(Tensor.Create(values, [3, 1])).Elements().ToArray();
        Assert.Equal([0, 0.25f, 1], result.Select(x => MathF.Round(x, 4)));
    }

    [Fact]
    public void Passes_fit_what_the_whole_table_fits_and_parts_merge()
    {
        double[] values = TestData.Widen(TestData.Uniform(400 * 2, seed: 5));
        Tensor<double> table = Tensor.Create(values, [400, 2]);
        Tensor<double>[] parts = [.. values.Chunk(200).Select(part => Tensor.Create(part, [100, 2]))];
        ScalerPipeline whole = Make(), streamed = Make(), merged = Make();
        whole.Fit(table);
        Assert.Equal((2, 1), (streamed.Passes, streamed.Pass));
        ScalerPipeline[] workers = [.. parts.Select(_ => Make())];
        for (int pass = 1; pass <= streamed.Passes; pass++)
        {
            foreach ((ScalerPipeline worker, Tensor<double> part) in workers.Zip(parts))
            {
                streamed.PartialFit(part);
                worker.PartialFit(part);
                merged.Merge(worker);
            }

            if (pass < streamed.Passes)
            {
                streamed.NextPass();
                workers = [.. parts.Select(_ => Make())];
                foreach (ScalerPipeline worker in workers)
                {
                    worker.Merge(merged);
                    worker.NextPass();
                }

                merged = Make();
            }
        }

        double[] expected = whole.Transform(table).Elements().ToArray();
        Assert.Equal(expected, streamed.Transform(table).Elements().ToArray());
        Assert.Equal(expected, merged.Transform(table).Elements().ToArray());

        static ScalerPipeline Make() => new(new MaxAbsScaler(), new ClippingScaler(-0.5, 0.7), new MinMaxScaler(-1, 1), new LogScaler(2));
    }

    [Fact]
    public void A_forgotten_pass_is_named()
    {
        Tensor<double> table = Column([1, 2, 4]), more = Column([1.0]);
        var pipeline = new ScalerPipeline(new StandardScaler(), new LogScaler(5), new RobustScaler());
        AssertInvalid(pipeline.NextPass, "has read no rows");
        pipeline.PartialFit(table);
        AssertInvalid(() => pipeline.Transform(table), "pass 1 of 2", "NextPass");
        AssertRefused<ArgumentException>(() => new ScalerFile(pipeline), "scaler", "in the middle of a fit");
        AssertRefused<ArgumentException>(() => ScalerFolding.Fold(pipeline, new Linear(1, 1, new RandomSource(1))), "scaler", "not fitted");
        pipeline.NextPass();
        AssertInvalid(() => pipeline.Transform(table), "0 of the 3 rows", "pass 2 of 2");
        pipeline.PartialFit(Column([1, 2]));
        AssertInvalid(() => pipeline.Transform(table), "2 of the 3 rows");
        AssertInvalid(() => pipeline.PartialFit(table), "more than the 3 rows");
        pipeline.PartialFit(more);
        Assert.Equal(3, pipeline.Transform(table).FlattenedLength);
        AssertInvalid(pipeline.NextPass, "last one");

        pipeline.Fit(table);
        AssertInvalid(() => pipeline.PartialFit(table), "cannot be fitted further");
        AssertInvalid(pipeline.NextPass, "cannot be fitted further");
        AssertInvalid(() => pipeline.Merge(pipeline), "cannot be fitted further");
        AssertInvalid(
            () => new ColumnTransformer((new ScalerPipeline(new StandardScaler(), new MinMaxScaler()), [0])).PartialFit(table),
            "several passes");
    }

    [Fact]
    public void Pipelines_of_other_passes_do_not_merge()
    {
        ScalerPipeline first = Make(1), second = Make(1), other = Make(2);
        first.NextPass();
        AssertRefused<ArgumentException>(() => first.Merge(second), "other", "pass 1, this one in pass 2");
        other.NextPass();
        AssertRefused<ArgumentException>(() => first.Merge(other), "other", "fitted in the passes before differ");
        second.NextPass();
        first.PartialFit(Column([1, 2, 3]));
        second.PartialFit(Column([1, 2, 3]));
        AssertRefused<ArgumentException>(() => first.Merge(second), "other", "more rows in pass 2 than the 3");
        AssertRefused<ArgumentException>(() => first.Merge(new ScalerPipeline(new StandardScaler())), "other", "settings");

        static ScalerPipeline Make(double scale)
        {
            var pipeline = new ScalerPipeline(new StandardScaler(), new MinMaxScaler());
            pipeline.PartialFit(Column([scale, 2, 3]));
            return pipeline;
        }
    }

    [Fact]
    public void An_element_that_a_stage_does_not_take_is_refused_with_the_stage_and_is_NaN()
    {
        var pipeline = new ScalerPipeline(new ZeroMeanScaler(), new LogScaler(2), new Imputer(Imputation.Constant, 7));
        pipeline.Fit(Tensor.Create([1.0, 10, 3, 12], [2, 2]));
        double[] table = [2, 8, 2, 11, -5, 11, NaN, 12];
        AssertRefused<ArgumentException>(
            () => pipeline.Transform(new ReadOnlyTensorSpan<double>(table, [4, 2]), new TensorSpan<double>(table, [4, 2])),
            "table", "row 0, column 1", "stage 2, a LogScaler", "before");
        double[] expected = [Math.Log(2), NaN, Math.Log(2), Math.Log(2), NaN, Math.Log(2), 7, Math.Log(3)];
        Assert.Equal(expected, table.Select(y => Math.Round(y, 14)), (a, b) => double.IsNaN(a) ? double.IsNaN(b) : Math.Abs(a - b) < 1e-13);
        AssertRefused<ArgumentException>(
            () => pipeline.Transform(Tensor.Create([1.0, double.NegativeInfinity], [1, 2])), "table", "row 0, column 1", "is infinite");
        AssertRefused<ArgumentException>(
            () => new ScalerPipeline(new ZeroMeanScaler(), new LogScaler(), new StandardScaler()).Fit(Column([0, 10])),
            "table", "row 0, column 0", "stage 2, a LogScaler");
        AssertRefused<ArgumentException>(() => new ScalerPipeline(new LogScaler()).Fit(Column([0, -1])), "table", "row 1, column 0");

        var columns = new ColumnTransformer((new ScalerPipeline(new ZeroMeanScaler(), new LogScaler(2)), [2, 1]));
        columns.Fit(Tensor.Create([0.0, 1, 10, 0, 3, 12], [2, 3]));
        AssertRefused<ArgumentException>(
            () => columns.Transform(Tensor.Create([0.0, 1, 11, 0, 3, 2], [2, 3])), "table", "row 1, column 2", "stage 2");
        AssertRefused<ColumnException>(
            () => columns.Fit(Tensor.Create([0.0, 1, 1e300, 0, 3, -1e300], [2, 3])), "table", "column 2");
    }

    [Fact]
    public void Stages_that_learn_nothing_need_one_pass()
    {
        var pipeline = new ScalerPipeline(new LogScaler(), new ClippingScaler(0, 2));
        Assert.Equal(1, pipeline.Passes);
        pipeline.PartialFit(Column([1, 2]));
        pipeline.PartialFit(Column([3]));
        Assert.Equal([0, Math.Log(2), 2, NaN], pipeline.Transform(Column([0, 1, 50, NaN])).Elements().ToArray());
        AssertRefused<ArgumentException>(() => pipeline.PartialFit(Column([-3])), "table", "row 0, column 0");
    }

    [Fact]
    public void Affine_stages_fold_and_others_do_not()
    {
        Tensor<float> features = Tensor.Create(TestData.Uniform(20 * 3, seed: 1), [20, 3]);
        var affine = new ScalerPipeline(new StandardScaler(), new MinMaxScaler(-2, 3), new MaxAbsScaler());
        affine.Fit(features);
        var linear = new Linear(3, 2, new RandomSource(1));
        Layer folded = ScalerFolding.Fold(affine, linear);
        (double difference, double output) = ScalerFolding.Compare(affine, linear, folded, features);
        Assert.InRange(difference, 0, 1e-5 * output);

        foreach (Scaler scaler in (Scaler[])
            [
                new ScalerPipeline(new StandardScaler(), new ClippingScaler(-1, 1)), new ClippingScaler(0, 1), new QuantileTransformer(),
                new KBinsDiscretizer(), new Imputer(Imputation.Mean),
            ])
        {
            scaler.Fit(features);
            AssertRefused<ArgumentException>(() => ScalerFolding.Fold(scaler, linear), "scaler", "is not affine");
        }
    }

    [Fact]
    public void Chains_that_make_no_sense_are_refused()
    {
        AssertRefused<ArgumentException>(() => new ScalerPipeline(), "stages", "no stages");
        AssertRefused<ArgumentNullException>(() => new ScalerPipeline((Scaler)null!), "stages");
        AssertRefused<ArgumentException>(() => new ScalerPipeline(Scalers.Fitted("standard")), "stages", "fitted already");
        AssertRefused<ArgumentException>(() => new ScalerPipeline(new ScalerPipeline(new MaxAbsScaler())), "stages", "itself");
        AssertRefused<ArgumentException>(
            () => new ScalerPipeline(new ColumnTransformer((new ScalerPipeline(new MaxAbsScaler()), [0]))), "stages", "among its parts");
        AssertRefused<ArgumentException>(
            () => new ColumnTransformer((new ScalerPipeline(new ColumnTransformer((new MaxAbsScaler(), [0]))), [1])),
            "parts",
            "as a stage");
        var rows = new ScalerPipeline(new StandardScaler(), new RowNormalizer());
        rows.Fit(Scalers.Table(5, seed: 1));
        Assert.Throws<NotSupportedException>(() => rows.InverseTransform(Scalers.Table(5, seed: 1)));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Tensor<float> table = Tensor.Create(TestData.Uniform(9_000 * 21, seed: 6), [9_000, 21]);
        float[]? alone = null;
        foreach (int threads in (int[])[1, 2, 5])
        {
            WithThreads(threads, () =>
            {
                var pipeline = new ScalerPipeline(
                    new Imputer(Imputation.Median), new StandardScaler(), new KBinsDiscretizer(9), new ClippingScaler(1, 7));
                float[] result = pipeline.FitTransform(table).Elements().ToArray();
                Assert.Equal(alone ??= result, result);
            });
        }
    }

    [Fact]
    public void Clipping_keeps_what_is_missing_and_has_open_ends()
    {
        Tensor<double> table = Column([-3, 0.5, 9, NaN]);
        Assert.Equal([-1, 0.5, 2, NaN], new ClippingScaler(-1, 2).FitTransform(table).Elements().ToArray());
        Assert.Equal([-3, 0.5, 2, NaN], new ClippingScaler(double.NegativeInfinity, 2).FitTransform(table).Elements().ToArray());
        var scaler = new ClippingScaler(0, double.PositiveInfinity);
        var result = new double[4];
        scaler.FitTransform(table.AsReadOnlyTensorSpan(), new TensorSpan<double>(result, [4, 1]));
        Assert.Equal([0, 0.5, 9, NaN], result);
        Assert.Equal([-3, 0.5, 9, NaN], scaler.InverseTransform(table).Elements().ToArray());
        AssertRefused<ArgumentException>(() => scaler.Transform(Column([1, double.PositiveInfinity])), "table", "row 1, column 0");
        AssertRefused<ArgumentOutOfRangeException>(() => new ClippingScaler(NaN, 1), "low");
        AssertRefused<ArgumentOutOfRangeException>(() => new ClippingScaler(1, 0.5), "high");
        AssertRefused<ArgumentOutOfRangeException>(() => new ClippingScaler(double.NegativeInfinity, double.NegativeInfinity), "high");
    }

    private static void AssertInvalid(Action action, params ReadOnlySpan<string> words)
    {
        string message = Assert.Throws<InvalidOperationException>(action).Message;
        foreach (string word in words)
        {
            Assert.Contains(word, message, StringComparison.Ordinal);
        }
    }

    private static Tensor<double> Column(double[] values) => Tensor.Create(values, [values.Length, 1]);
}
