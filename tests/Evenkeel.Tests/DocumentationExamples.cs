using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Data;
using Evenkeel.Formats;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Layers.Pooling;
using Evenkeel.Metrics;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests;

/// <summary>The code of the pages in docs, compiled and run: what stands between the marks here must stand there.</summary>
public class DocumentationExamples
{
    private const double Tolerance = 1e-5;

    [Fact]
    public void The_pages_show_the_code_of_this_file()
    {
        IReadOnlyList<(string Page, string Code)> examples = DocumentedCode.In("tests/Evenkeel.Tests/DocumentationExamples.cs");
        Assert.Equal(42, examples.Count);
        Assert.All(examples, example => Assert.Contains(example.Code, DocumentedCode.Page(example.Page), StringComparison.Ordinal));
    }

    [Fact]
    public void An_optimizer_has_groups_and_limited_gradients()
    {
        var random = new RandomSource(seed: 0);
        var network = new Sequential(new Linear(20, 12, random), new BatchNorm(12), new Linear(12, 4, random));

        // docs/networks/optimizers.md
        var optimizer = new AdamW(learningRate: 0.002, weightDecay: 0.05)
        {
            Groups = [ParameterGroup.WithoutWeightDecay(network)],
        };
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), optimizer) { Clipping = GradientClipping.ByNorm(1) };
        // end
        (Tensor<float> images, Tensor<int> labels) = Labelled(8, seed: 1);
        double before = trainer.Step(images, labels);
        Assert.True(Enumerable.Range(0, 50).Select(_ => trainer.Step(images, labels)).Last() < before);
        Assert.Equal(4, optimizer.Groups[0].Parameters.Count);
    }

    [Fact]
    public void Threads_predict_with_copies()
    {
        var random = new RandomSource(seed: 0);
        var network = new Sequential(new Linear(20, 12, random), new BatchNorm(12), new Relu(), new Linear(12, 4, random));
        (Tensor<float> Inputs, Tensor<float> Outputs)[] batches =
            [.. Enumerable.Range(1, 10).Select(seed => (Values(8, 20, seed), Tensor.CreateFromShape<float>([8, 4])))];

        // docs/networks/README.md
        using var networks = new ThreadLocal<Sequential>(() => network.Clone());   // Evenkeel.Models
        Parallel.ForEach(batches, batch => networks.Value!.Predict(batch.Inputs, batch.Outputs));
        // end
        Assert.All(batches, batch => Assert.Equal(network.Predict(batch.Inputs).ToArray(), batch.Outputs.ToArray()));
    }

    [Fact]
    public void Training_stops_early_and_keeps_the_best_epoch()
    {
        var random = new RandomSource(seed: 0);
        var network = new Sequential(new Linear(20, 12, random), new BatchNorm(12), new Relu(), new Linear(12, 4, random));
        (Tensor<float> images, Tensor<int> labels) = Labelled(60, seed: 1);
        var data = new Dataset<int>(images, labels);

        // docs/networks/training.md
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(learningRate: 0.1, momentum: 0.9));
        trainer.Fit(data, new FitOptions
        {
            Epochs = 100,
            ValidationFraction = 0.2,                              // or a dataset of its own: Fit(data, options, validation)
            EarlyStopping = new EarlyStopping { Patience = 3 },
            RestoreBest = true,
            EpochCompleted = epoch => Console.WriteLine($"{epoch.Number}: {epoch.Loss:F3}, validation {epoch.Validation!.Loss:F3}"),
        });
        EpochResult best = trainer.History.MinBy(epoch => epoch.Validation!.Loss)!;   // the network has its weights
        // end
        Assert.InRange(trainer.History.Count, best.Number + 3, 99);
        Assert.Equal(best.Validation, trainer.Evaluate(data.Slice(48, 12)));
    }

    [Fact]
    public void A_classifier_is_measured_on_rows_that_were_held_out()
    {
        var random = new RandomSource(seed: 0);
        var network = new Sequential(new Linear(20, 12, random), new BatchNorm(12), new Relu(), new Linear(12, 4, random));
        (Tensor<float> images, Tensor<int> targets) = Labelled(80, seed: 1);
        var data = new Dataset<int>(images, targets);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(learningRate: 0.1));

        // docs/networks/metrics.md
        int[] labels = data.Targets.ToArray();
        TrainTestSplit split = TrainTestSplit.Stratified(labels, testFraction: 0.25, seed: 1);
        trainer.Fit(data.Select(split.Train), new FitOptions { Epochs = 20 });

        ClassificationMetrics metrics = ClassificationMetrics.Of(network, data.Select(split.Test));
        Console.WriteLine(metrics.Confusion);                 // a row per actual class, a column per predicted one
        Console.WriteLine($"log loss {metrics.LogLoss:F3}, ROC AUC {metrics.RocArea():F3}");
        ClassScores rare = metrics.Confusion.Scores(3);       // precision, recall, F1 and support of class 3
        foreach (CalibrationBin bin in metrics.Calibration.Bins)
        {
            Console.WriteLine($"{bin.Lower:F1} to {bin.Upper:F1}: {bin.MeanProbability:F2} predicted, {bin.PositiveFraction:F2} occurred");
        }
        // end
        Assert.Equal((20, 5), (metrics.Count, rare.Support));
        Assert.Equal(trainer.Evaluate(data.Select(split.Test)).Accuracy, metrics.Confusion.Accuracy);
    }

    [Fact]
    public void Accumulation_in_three_rounds_gives_the_gradients_of_the_whole_batch()
    {
        (Tensor<float> Images, Tensor<int> Labels)[] microBatches = [Labelled(8, seed: 1), Labelled(3, seed: 2), Labelled(5, seed: 3)];
        int samples = 16;

        // docs/normalizers/accumulated-batch-norm.md
        var random = new RandomSource(seed: 0);
        var before = new Linear(20, 12, random, bias: false);
        var normalization = new AccumulatedBatchNorm(12);
        var behind = new Sequential(new Relu(), new Linear(12, 4, random));
        var loss = new SoftmaxCrossEntropy();
        normalization.Begin();

        // Round 1: the moments of the whole batch.
        foreach ((Tensor<float> images, _) in microBatches)
        {
            normalization.Gather(before.Forward(images, Pass.Training));
        }

        // Round 2: what stands behind gets its gradients, and the normalization the gradient sums of the whole batch.
        var gradients = new List<Tensor<float>>();
        foreach ((Tensor<float> images, Tensor<int> labels) in microBatches)
        {
            Tensor<float> normalized = normalization.Forward(before.Forward(images, Pass.Training), Pass.Training);
            loss.Forward(behind.Forward(normalized, Pass.Training), labels);

            // The loss is the mean over a micro-batch, which is this share of the batch.
            float share = (float)images.Lengths[0] / samples;
            Tensor<float> gradient = behind.Backward(Tensor.Multiply<float>(loss.Backward(), share));
            normalization.GatherGradient(gradient);
            gradients.Add(Tensor.Create(gradient.ToArray(), gradient.Lengths)); // a copy: the layer uses its memory again
        }

        // Round 3: the normalization and what stands before it get their gradients.
        for (int i = 0; i < microBatches.Length; i++)
        {
            normalization.Forward(before.Forward(microBatches[i].Images, Pass.Training), Pass.Training);
            before.BackwardToParameters(normalization.Backward(gradients[i]));
        }
        // end

        random = new RandomSource(seed: 0);
        var network = new Sequential(new Linear(20, 12, random, bias: false), new BatchNorm(12), new Relu(), new Linear(12, 4, random));
        Tensor<float> output = network.Forward(Joined([.. microBatches.Select(batch => batch.Images)]), Pass.Training);
        loss.Forward(output, TestData.Tensor([.. microBatches.SelectMany(batch => batch.Labels.ToArray())], samples));
        network.BackwardToParameters(loss.Backward());

        AssertSameGradients(network.Parameters, [.. before.Parameters, .. normalization.Parameters, .. behind.Parameters]);
    }

    [Fact]
    public void Replicas_that_exchange_statistics_normalize_as_one()
    {
        Tensor<float>[] inputs = [Values(3, 6, seed: 4), Values(7, 6, seed: 5)];
        Tensor<float>[] gradients = [Values(3, 6, seed: 6), Values(7, 6, seed: 7)];

        // docs/normalizers/synchronized-batch-norm.md
        using var exchange = new InProcessExchange(replicas: 2);
        BatchNorm[] replicas =
        [
            new BatchNorm(6, new BatchNormOptions { Exchange = exchange.Of(replica: 0) }),
            new BatchNorm(6, new BatchNormOptions { Exchange = exchange.Of(replica: 1) }),
        ];
        Thread[] threads =
        [
            .. replicas.Select((replica, i) => new Thread(() =>
            {
                replica.Forward(inputs[i], Pass.Training);
                replica.Backward(gradients[i]);
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        // end

        var whole = new BatchNorm(6);
        whole.Forward(Joined(inputs), Pass.Training);
        whole.Backward(Joined(gradients));
        Assert.All(replicas, replica => Assert.Equal(
            whole.RunningStatistics!.Variance.ToArray(), replica.RunningStatistics!.Variance.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12));
        for (int c = 0; c < 6; c++)
        {
            float sum = replicas[0].Weight!.Gradient[c] + replicas[1].Weight!.Gradient[c];
            Assert.Equal(whole.Weight!.Gradient[c], sum, Tolerance);
        }
    }

    [Fact]
    public void Recalibration_reports_how_far_statistics_moved()
    {
        Sequential network = Normalized();
        Tensor<float>[] batches = [Values(30, 20, seed: 8), Values(1, 20, seed: 9), Values(9, 20, seed: 10)];

        // docs/normalizers/recalibration.md
        IReadOnlyList<StatisticsDrift> drifts = Recalibration.Recalibrate(network, batches);
        foreach (StatisticsDrift drift in drifts)
        {
            double furthest = drift.Channels.Max(channel => Math.Abs(channel.MeanShift));
            Console.WriteLine($"{drift.Layer.Channels} channels, whose means moved by up to {furthest:F2} deviations");
        }
        // end

        Assert.Equal(2, drifts.Count);
        Assert.Equal(0, drifts[0].Channels[0].MeanBefore);
        Assert.Equal(((BatchNorm)network.Layers[1]).RunningStatistics!.Mean[0], drifts[0].Channels[0].MeanAfter);
        Assert.All(
            Recalibration.Recalibrate(network, batches).SelectMany(drift => drift.Channels),
            channel => Assert.Equal((0, 1), (channel.MeanShift, channel.VarianceRatio)));
    }

    [Fact]
    public void The_papers_population_estimate_is_an_average_of_batches()
    {
        var network = new BatchNorm(20);
        Tensor<float>[] batches = [Values(8, 20, seed: 11), Values(8, 20, seed: 12)];

        // docs/normalizers/recalibration.md
        Recalibration.Recalibrate(network, batches, RecalibrationEstimate.AverageOfBatches);
        // end

        double[] variances = [.. batches.Select(batch => Enumerable.Range(0, 8)
            .Select(i => Moments.Of(batch[i, 0])).Aggregate(Moments.Empty, (a, b) => Moments.Merge(a, b)).PopulationVariance)];
        Assert.Equal(8.0 / 7 * variances.Average(), network.RunningStatistics!.Variance[0], Tolerance);
    }

    [Fact]
    public void An_unfolded_network_can_be_recalibrated()
    {
        var random = new RandomSource(seed: 0);
        var folded = new Sequential(
            ("conv", new Conv2d(1, 4, 3, random)),
            ("relu", new Relu()),
            ("flatten", new Flatten()),
            ("linear", new Linear(144, 3, random)));
        Tensor<float>[] source = [TestData.Tensor(TestData.Uniform(512, seed: 1), 8, 1, 8, 8)];
        Tensor<float>[] target = [TestData.Tensor([.. TestData.Uniform(512, seed: 2).Select(value => 3 * value)], 8, 1, 8, 8)];

        // docs/normalizers/unfolding.md
        Sequential unfolded = Unfolding.Unfold(folded, source, out IReadOnlyList<UnfoldingEntry> report);
        foreach (UnfoldingEntry entry in report)
        {
            Console.WriteLine(entry);   // conv (Conv2d): followed by conv_norm
        }

        Recalibration.Recalibrate(unfolded, target);
        // end
        Assert.Equal("conv (Conv2d): followed by conv_norm", report[0].ToString());
        double[] variances = [.. ((BatchNorm)unfolded.LayerAt("conv_norm")).RunningStatistics!.Variance];
        float[] weights = [.. ((BatchNorm)unfolded.LayerAt("conv_norm")).Weight!.Values];
        Assert.All(variances.Zip(weights), pair => Assert.InRange(pair.First / (pair.Second * pair.Second), 4, 16));
    }

    [Fact]
    public void A_folded_network_gives_the_same_outputs()
    {
        Sequential network = Normalized();
        Tensor<float> inputs = Values(50, 20, seed: 13);
        network.Forward(inputs, Pass.Training);

        // docs/normalizers/folding.md
        Sequential folded = Folding.Fold(network);
        (double difference, double output) = Folding.Compare(network, folded, inputs);
        Console.WriteLine($"the largest difference is {difference:E1}, among outputs of up to {output:F1}");
        // end

        Assert.Equal(network.Layers.Count - 2, folded.Layers.Count);
        Assert.True(difference <= Tolerance * output);
    }

    private static Sequential Normalized()
    {
        var random = new RandomSource(seed: 0);
        return new Sequential(
            new Linear(20, 12, random, bias: false), new BatchNorm(12), new Relu(),
            new Linear(12, 8, random), new BatchNorm(8), new Relu(),
            new Linear(8, 4, random));
    }

    [Fact]
    public void Layers_have_names_summaries_observers_and_a_report_of_folding()
    {
        var random = new RandomSource(seed: 0);
        Tensor<float> images = TestData.Tensor(TestData.Uniform(2 * 3 * 32 * 32, seed: 1), 2, 3, 32, 32);

        // docs/networks/looking-inside.md
        var network = new Sequential(
            ("conv", new Conv2d(3, 8, 3, random, new Conv2dOptions { Padding = 1, Bias = false })),
            ("norm", new BatchNorm(8)),
            ("relu", new Relu()),
            ("block", new Residual(
                new Sequential(new Conv2d(8, 8, 3, random, new Conv2dOptions { Padding = 1, Bias = false }), new BatchNorm(8)),
                activation: new Relu())),
            ("pool", new GlobalAveragePool2d()),
            ("linear", new Linear(8, 10, random)));

        foreach ((string path, Parameter parameter) in network.NamedParameters())
        {
            Console.WriteLine($"{path}: {parameter.Length}");   // conv.weight: 216 … block.body.1.bias: 8 … linear.bias: 10
        }

        Layer inner = network.LayerAt("block.body.1");
        // end

        Assert.IsType<BatchNorm>(inner);
        Assert.Equal(["conv.weight: 216", "norm.weight: 8"],
            network.NamedParameters().Select(named => $"{named.Path}: {named.Parameter.Length}").Take(2));

        // docs/networks/looking-inside.md
        network.LayerAt("conv").SetTrainable(false);
        Console.WriteLine(network.Summary(1, 3, 32, 32));
        // end

        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/networks/looking-inside.md"));
        Assert.Contains(network.Summary(1, 3, 32, 32).ToString(), page, StringComparison.Ordinal);

        // docs/networks/looking-inside.md
        var means = new List<float>();
        using (network.LayerAt("relu").Observe(
            forward: (layer, input, output) => means.Add(Tensor.Average<float>(output)),
            backward: (layer, outputGradient, inputGradient) => Console.WriteLine(Tensor.Norm<float>(outputGradient))))
        {
            network.Forward(images, Pass.Training);   // norm and relu run one after the other here
        }
        // end

        Assert.True(Assert.Single(means) > 0);

        // docs/networks/looking-inside.md
        Sequential folded = Folding.Fold(network, out IReadOnlyList<FoldingEntry> report);
        foreach (FoldingEntry entry in report)
        {
            Console.WriteLine(entry);   // norm (BatchNorm): folded into conv
        }
        // end

        Assert.Equal("norm (BatchNorm): folded into conv", report[0].ToString());
        Assert.Equal(network.Layers.Count - 1, folded.Layers.Count);

        // docs/networks/looking-inside.md
        var comparison = NetworkComparison.Of(network, folded, images, tolerance: 1e-4);
        Console.WriteLine(comparison.IsWithinTolerance);   // True
        foreach (LayerAgreement layer in comparison.Layers)
        {
            Console.WriteLine(layer);   // conv (Conv2d) agrees with none, norm (BatchNorm) = conv (Conv2d), relu (Relu) = relu (Relu) …
        }
        // end

        Assert.True(comparison.IsWithinTolerance);
        Assert.Equal(
            ["conv (Conv2d) agrees with none", "norm (BatchNorm) = conv (Conv2d)", "relu (Relu) = relu (Relu)"],
            comparison.Layers.Take(3).Select(layer => layer.ToString()));
    }

    [Fact]
    public void A_scaler_is_fitted_transforms_and_goes_back()
    {
        // docs/scaling/README.md
        double[] people = [31, 2500, 45, double.NaN, 52, 9900];   // age and income, row after row; NaN is missing
        Tensor<double> table = Tensor.Create(people, [3, 2]);

        var scaler = new StandardScaler();
        scaler.Fit(table);                                        // or scaler.Fit(table, weights: [1, 2, 1])
        IReadOnlyList<double> means = scaler.Center, deviations = scaler.Scale;
        Tensor<double> scaled = scaler.Transform(table);          // one more table
        scaler.Transform<double>(table, table);                   // in place
        Tensor<double> back = scaler.InverseTransform(scaled);

        double[] byColumns = [31, 45, 52, 2500, double.NaN, 9900];
        scaler.Fit(new ReadOnlyTensorSpan<double>(byColumns, [3, 2], [1, 3]));   // column after column
        // end

        Assert.Equal((128 / 3.0, 6200), (means[0], means[1]));
        Assert.Equal(3700, deviations[1]);
        Assert.Equal(scaled.Elements().ToArray(), table.Elements().ToArray());
        Closeness.AssertClose([31, 2500, 45, double.NaN, 52, 9900], back.Elements(), 1e-15);
        Assert.Equal((128 / 3.0, 6200), (scaler.Center[0], scaler.Center[1]));
    }

    [Fact]
    public void A_scaler_file_gives_the_scaler_back()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "scaler.json");
        Tensor<float> table = Values(9, 2, seed: 1);

        // docs/scaling/files.md
        var scaler = new StandardScaler();
        scaler.Fit(table);
        new ScalerFile(scaler, ["age", "income"]).Save(path);

        var file = ScalerFile.Load(path);
        Tensor<float> scaled = file.Scaler.Transform(table);   // its columns: file.ColumnNames
        // end

        Assert.Equal(scaler.Transform(table).Elements().ToArray(), scaled.Elements().ToArray());
        string statePath = Path.Combine(folder.Path, "state.json"), saved = File.ReadAllText(path);

        // docs/scaling/files.md
        var part = new StandardScaler();
        part.PartialFit(table);
        new ScalerState([new ScalerPart("part-01.csv", part, table.Lengths[0])], ["age", "income"], partCount: 1).Save(statePath);

        ScalerState whole = ScalerState.Combine([.. new[] { statePath }.Select(ScalerState.Load)]);
        new ScalerFile(whole.ToScaler(), whole.ColumnNames).Save(path);   // throws if a part is missing
        // end

        Assert.Equal(saved, File.ReadAllText(path));
    }

    [Fact]
    public void Columns_have_scalers_of_their_own()
    {
        Tensor<double> people = TestData.Tensor(new double[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 2, 4);

        // docs/scaling/columns.md
        var columns = new ColumnTransformer(
            (new StandardScaler(), [0, 2]),
            (new MinMaxScaler(-1, 1), [1]));   // column 3 passes through
        columns.Fit(people);
        Tensor<double> result = columns.Transform(people);
        // end

        Assert.Equal([-1, -1, -1, 4, 1, 1, 1, 8], result.Elements().ToArray());
    }

    [Fact]
    public void A_sketch_tells_quantiles_and_their_error()
    {
        double[] stream = [.. Enumerable.Range(0, 1001)];
        var another = new QuantileSketch();

        // docs/scaling/quantile-sketch.md
        var sketch = new QuantileSketch();
        foreach (double x in stream)
        {
            sketch.Add(x);
        }

        sketch.Merge(another);
        double median = sketch.Quantile(0.5);
        double bound = sketch.RelativeRankErrorBound;   // 0.01: the median is between the 49th and 51st percentile
        // end

        Assert.Equal((500, 0.0), (median, bound));
    }

    [Fact]
    public void Robust_scalers_are_exact_or_streamed()
    {
        Tensor<float> table = Values(100, 3, seed: 1);
        Tensor<float>[] parts = [table, Values(50, 3, seed: 2)];

        // docs/scaling/robust.md
        var scaler = new RobustScaler();
        scaler.Fit(table);                                        // exact
        QuantileSummary column = scaler.Quantiles[0];             // Count, Lower, Median, Upper

        var streamed = new RobustScaler(lowerProbability: 0.1, upperProbability: 0.9);
        foreach (Tensor<float> part in parts)
        {
            streamed.PartialFit(part);
        }

        double error = streamed.Quantiles[0].RelativeRankErrorBound;   // 0: still exact
        // end

        Assert.Equal((100.0, 0.0, 150.0), (column.Count, error, streamed.Quantiles[0].Count));
    }

    [Fact]
    public void Powers_and_logarithms()
    {
        Tensor<float> table = Values(100, 3, seed: 1), counts = TestData.Tensor(new float[] { 0, 1, 2, 3 }, 2, 2);

        // docs/scaling/power.md
        var power = new YeoJohnsonScaler();
        power.Fit(table);
        double lambda = power.Parameters[0].Lambda;
        Tensor<float> normal = power.Transform(table);

        var log = new LogScaler(offset: 1);
        log.Fit(counts);
        Tensor<float> logarithms = log.Transform(counts);   // ln(1 + x)
        // end

        Assert.InRange(lambda, 0, 2);
        Assert.InRange(normal.Elements()[0], -3, 3);
        Assert.Equal([0, (float)Math.Log(2), (float)Math.Log(3), (float)Math.Log(4)], logarithms.Elements().ToArray());
    }

    [Fact]
    public void Scalers_follow_one_another()
    {
        Tensor<float> counts = TestData.Tensor(new float[] { 0, 1, 2, 3 }, 4, 1);
        Tensor<float>[] parts = [Values(100, 3, seed: 1), Values(50, 3, seed: 2)];

        // docs/scaling/pipeline.md
        var pipeline = new ScalerPipeline(new LogScaler(), new StandardScaler());
        Tensor<float> scaled = pipeline.FitTransform(counts);   // (ln(1 + x) − mean)/deviation

        var two = new ScalerPipeline(new StandardScaler(), new MinMaxScaler());
        for (int pass = 1; pass <= two.Passes; pass++)
        {
            foreach (Tensor<float> part in parts)
            {
                two.PartialFit(part);
            }

            if (pass < two.Passes)
            {
                two.NextPass();
            }
        }
        // end

        Assert.Equal(0, scaled.Elements().ToArray().Sum(), 1e-6);
        Assert.All(two.Transform(parts[1]).Elements().ToArray(), y => Assert.InRange(y, 0, 1));
    }

    [Fact]
    public void Ranks_and_bins()
    {
        Tensor<float> table = Values(100, 3, seed: 1);

        // docs/scaling/quantiles.md
        var ranks = new QuantileTransformer(distribution: OutputDistribution.Normal);
        Tensor<float> normal = ranks.FitTransform(table);
        IReadOnlyList<double> quantiles = ranks.Quantiles[0];

        var bins = new KBinsDiscretizer(bins: 4, BinStrategy.Quantile);
        Tensor<float> numbers = bins.FitTransform(table);   // 0, 1, 2 or 3
        IReadOnlyList<double> edges = bins.Edges[0];        // five
        // end

        Assert.All(normal.Elements().ToArray(), y => Assert.InRange(y, -5.2f, 5.2f));
        Assert.Equal((100, 5), (quantiles.Count, edges.Count));
        Assert.Equal([0f, 1, 2, 3], numbers.Elements().ToArray().Distinct().Order());
    }

    [Fact]
    public void Missing_values_are_imputed()
    {
        Tensor<double> people = TestData.Tensor(new[] { 1, double.NaN, 3, 4, double.NaN, 6, 7, 8 }, 4, 2);

        // docs/scaling/imputation.md
        var imputer = new Imputer(Imputation.Median);
        Tensor<double> complete = imputer.FitTransform(people);
        double age = imputer.Values[0];

        var pipeline = new ScalerPipeline(new Imputer(Imputation.Constant, constant: 0), new StandardScaler());
        // end

        Assert.Equal([1, 6, 3, 4, 3, 6, 7, 8], complete.Elements().ToArray());
        Assert.Equal((3, 1), (age, pipeline.Passes));
    }

    [Fact]
    public void A_scaler_folds_into_a_network()
    {
        Tensor<float> features = Values(9, 20, seed: 1);
        Sequential network = Normalized();
        var scaler = new StandardScaler();
        scaler.Fit(features);

        // docs/scaling/folding.md
        Sequential shipped = ScalerFolding.Fold(scaler, network);
        (double difference, double output) = ScalerFolding.Compare(scaler, network, shipped, features);
        // end

        Assert.InRange(difference, 0, Tolerance * output);
    }

    [Fact]
    public void A_residual_network_takes_images()
    {
        Tensor<float> images = TestData.Tensor(TestData.Uniform(2 * 32 * 32 * 3, seed: 1), 2, 32, 32, 3);

        // docs/networks/named-networks.md
        Sequential network = ResidualNetwork.Create(channels: 3, classes: 10, new RandomSource(seed: 0), new ResidualNetworkOptions
        {
            Normalization = convolution => new BatchNorm(convolution.Outputs, new BatchNormOptions { ChannelAxis = -1 }),
        });
        Tensor<float> scores = network.Forward(images, Pass.Training);   // images [N, 32, 32, 3]
        // end

        Assert.Equal([2, 10], scores.Lengths);
    }

    [Fact]
    public void A_block_adds_its_input_and_rectifies()
    {
        var random = new RandomSource(seed: 0);

        // docs/networks/residual-and-fusion.md
        var block = new Residual(
            new Sequential(
                new Linear(64, 64, random, bias: false), new BatchNorm(64), new Relu(),
                new Linear(64, 64, random, bias: false), new BatchNorm(64)),
            activation: new Relu());
        // end

        Tensor<float> output = block.Forward(Values(8, 64, seed: 1), Pass.Training);
        Assert.Equal([8, 64], output.Lengths);
        Assert.All(output, value => Assert.True(value >= 0));
    }

    [Fact]
    public void An_output_may_have_several_readers()
    {
        var random = new RandomSource(seed: 0);

        // docs/networks/residual-and-fusion.md
        var graph = new Graph(
            new("linear1", new Linear(64, 64, random), Graph.Input),
            new("tanh", new Tanh(), "linear1"),
            new("linear2", new Linear(64, 64, random), "tanh"),
            new("relu", new Relu(), "linear2", "tanh", Graph.Input));
        // end

        Tensor<float> output = graph.Forward(Values(8, 64, seed: 1), Pass.Training);
        Assert.Equal([8, 64], output.Lengths);
        Assert.All(output, value => Assert.True(value >= 0));
    }

    [Fact]
    public void Branches_are_joined_and_weighted()
    {
        var random = new RandomSource(seed: 0);

        // docs/networks/residual-and-fusion.md
        var branches = new Graph(
            new("narrow", new Conv2d(16, 8, 1, random), Graph.Input),
            new("wide", new Conv2d(16, 8, 3, random, new() { Padding = 1 }), Graph.Input),
            new("joined", new Relu(), "narrow", "wide") { Combination = Combination.Concatenation },
            new("weights", new Sequential(new GlobalAveragePool2d(), new Linear(16, 16, random), new Sigmoid()), "joined"),
            new("weighted", new BatchNorm(16), "joined", "weights") { Combination = Combination.Product });
        // end

        Assert.Equal([2, 16, 5, 5], branches.OutputShape([2, 16, 5, 5]));
    }

    [Fact]
    public void Categories_have_vectors_and_classes_probabilities()
    {
        var random = new RandomSource(seed: 0);
        float[] values = [.. Enumerable.Range(0, 60).SelectMany(i => (float[])[i % 7, 0.1f * i, -0.2f * i, 18 * i])];
        var rows = new Dataset<int>(TestData.Tensor(values, 60, 4), TestData.Tensor([.. Enumerable.Range(0, 60).Select(i => i % 3)], 60));

        // docs/networks/embedding.md
        var network = new Sequential(
            new CategoryEmbedding([new(0, 7), new(3, 1115, 10)], random),   // column, categories, dimension
            new Linear(16, 32, random),   // of 4 columns, 2 are passed on; vectors of 4 and 10
            new Relu(),
            new Linear(32, 3, random));
        new Trainer<int>(network, new SoftmaxCrossEntropy(), new AdamW()).Fit(rows, new FitOptions { Epochs = 5, BatchSize = 20 });
        Tensor<float> probabilities = network.PredictProbabilities(rows.Inputs);
        // end

        Assert.Equal([60, 3], probabilities.Lengths);
        Assert.All(probabilities.ToArray().Chunk(3), row => Assert.Equal(1, row.Sum(), 1e-6));

        // docs/networks/embedding.md
        Predictor predictor = network.Compile([4], new PredictorOptions { Probabilities = true });
        // end

        Closeness.AssertClose(TestData.Widen(probabilities.ToArray()), predictor.Predict(rows.Inputs).ToArray(), Tolerance);
    }

    [Fact]
    public void Augmentation_is_an_option_of_fitting()
    {
        // docs/networks/augmentation.md
        FitOptions options = new()
        {
            Epochs = 10,
            BatchSize = 128,
            Augmentation = new ImageAugmentation { Padding = 4, Mirror = true },
        };
        // end

        var images = new Dataset<int>(TestData.Tensor(TestData.Uniform(2 * 32 * 32, seed: 1), 2, 32, 32, 1), TestData.Tensor([0, 1], 2));
        var trainer = new Trainer<int>(
            new Sequential(new Flatten(), new Linear(32 * 32, 2, new RandomSource(1))), new SoftmaxCrossEntropy(), new Sgd(0.01));
        Assert.Equal(10, trainer.Fit(images, options)[^1].Number);
    }

    [Fact]
    public void A_network_is_saved_loaded_and_taken_from_pytorch()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "net.evenkeel");
        string weights = Path.Combine(AppContext.BaseDirectory, "Models", "Golden", "resnet20.safetensors");
        var random = new RandomSource(1);
        var network = new Sequential(new Linear(3, 4, random, bias: false), new BatchNorm(4), new Relu());
        var scaler = new StandardScaler();
        scaler.Fit(Values(10, 3, seed: 1));

        // docs/networks/model-files.md
        ModelFile.Save(network, path);
        Layer loaded = ModelFile.Load(path).Network;
        // end

        Assert.Equal(network.Predict(Values(2, 3, 1)).ToArray(), loaded.Predict(Values(2, 3, 1)).ToArray());

        // docs/networks/model-files.md
        new ModelFile(network) { Scaler = new ScalerFile(scaler, ["age", "income", "rooms"]), SampleShape = [3] }.Save(path);
        // end

        Assert.NotNull(ModelFile.Load(path).Scaler);

        // docs/networks/model-files.md
        Sequential resnet = ResidualNetwork.Create(channels: 3, classes: 10, random, new ResidualNetworkOptions
        {
            Normalization = layer => new BatchNorm(layer.Outputs, new BatchNormOptions { ChannelAxis = -1 }),
        });
        using SafetensorsFile file = Safetensors.Read(weights);
        LoadReport report = resnet.Load(file.Tensors, new LoadOptions { Rename = TorchvisionNames.FromTorchvision });
        // end

        Assert.True(report.IsComplete);

        // docs/networks/model-files.md
        LayerTypes types = new LayerTypes().Add(
            "scaling",
            (Scaling layer) => new JsonObject { ["factor"] = layer.Factor },
            options => new Scaling((float)options["factor"]!));
        ModelFile.Save(new Sequential(network, new Scaling(2)), path, types);
        // end

        Assert.Equal(2, ((Scaling)ModelFile.Load(path, types).Network.Children[1]).Factor);
    }

    [Fact]
    public void Training_is_resumed()
    {
        using var temporary = new TemporaryFolder();
        string folder = temporary.Path;
        var random = new RandomSource(1);
        var network = new Sequential(new Linear(20, 8, random, bias: false), new BatchNorm(8), new Relu(), new Linear(8, 4, random));
        (Tensor<float> inputs, Tensor<int> labels) = Labelled(50, seed: 1);
        var data = new Dataset<int>(inputs, labels);

        // docs/networks/model-files.md
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new AdamW())
        {
            Checkpoints = new Checkpoints(folder) { Interval = TimeSpan.FromSeconds(30), Warning = Console.Error.WriteLine },
        };
        trainer.Resume();   // false the first time, when there is nothing to resume
        trainer.Fit(data, new FitOptions { Epochs = 20, BatchSize = 10 });
        // end

        Assert.Equal(100, trainer.Steps);
    }

    [Fact]
    public void A_network_is_compiled_for_serving()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "net.evenkeel");
        var random = new RandomSource(seed: 0);
        var options = new Conv2dOptions { Padding = 1, Bias = false, ChannelAxis = -1 };
        var channelLast = new BatchNormOptions { ChannelAxis = -1 };
        var network = new Sequential(
            ("conv", new Conv2d(3, 16, 3, random, options)),
            ("norm", new BatchNorm(16, channelLast)),
            ("relu", new Relu()),
            ("block", new Residual(
                new Sequential(new Conv2d(16, 16, 3, random, options), new BatchNorm(16, channelLast)), activation: new Relu())),
            ("pool", new GlobalAveragePool2d(channelAxis: -1)),
            ("linear", new Linear(16, 10, random)));
        new ModelFile(network) { SampleShape = [32, 32, 3] }.Save(path);
        float[] image = TestData.Uniform(32 * 32 * 3, seed: 1);

        // docs/serving.md
        Predictor predictor = ModelFile.Load(path).Compile(new PredictorOptions { Threads = 1 });
        float[] scores = new float[predictor.OutputLength];
        predictor.Predict(image, scores, batch: 1);   // on any thread, on as many at once as you like
        // end

        Tensor<float> images = TestData.Tensor(image, 1, 32, 32, 3);
        Closeness.AssertClose(TestData.Widen(network.Predict(images).ToArray()), scores, Tolerance);

        // docs/serving.md
        Predictor compiled = network.Compile([32, 32, 3]);
        Console.WriteLine(compiled.Summary());
        // end

        string[] lines = DocumentedCode.Page("serving.md").Split('\n');
        Assert.All(compiled.Summary().Steps, step => Assert.Contains(lines, line =>
            line.StartsWith($"{step.Path} ", StringComparison.Ordinal)
            && line.Contains($"  {step.Kind}  ", StringComparison.Ordinal)
            && line.EndsWith(string.Join(", ", step.Absorbed), StringComparison.Ordinal)));

        // docs/serving.md
        Predictor sameBits = network.Compile([32, 32, 3], new PredictorOptions { Fold = false, Winograd = false });
        // end

        Assert.Equal(network.Predict(images).ToArray(), sameBits.Predict(images).ToArray());
    }

    private static Tensor<float> Values(int samples, int features, int seed) =>
        TestData.Tensor(TestData.Uniform(samples * features, seed), samples, features);

    private static (Tensor<float> Images, Tensor<int> Labels) Labelled(int samples, int seed) =>
        (Values(samples, 20, seed), TestData.Tensor([.. Enumerable.Range(0, samples).Select(i => (i + seed) % 4)], samples));

    private static Tensor<float> Joined(Tensor<float>[] parts) =>
        TestData.Tensor([.. parts.SelectMany(part => part.ToArray())], (nint)parts.Sum(part => part.Lengths[0]), parts[0].Lengths[1]);

    private static void AssertSameGradients(IReadOnlyList<Parameter> expected, IReadOnlyList<Parameter> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Closeness.AssertClose(TestData.Widen(expected[i].Gradient.ToArray()), actual[i].Gradient.ToArray(), Tolerance);
        }
    }

    private sealed class Scaling(float factor) : Layer
    {
        public float Factor => factor;

        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => Tensor.Multiply(input, factor);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => Tensor.Multiply(outputGradient, factor);
    }

    // docs/normalizers/synchronized-batch-norm.md
    private sealed class InProcessExchange(int replicas) : IDisposable
    {
        private readonly Barrier _barrier = new(replicas);
        private readonly Moments[][] _moments = new Moments[replicas][];
        private readonly GradientSums[][] _sums = new GradientSums[replicas][];

        public IStatisticsExchange Of(int replica) => new Link(this, replica);

        public void Dispose() => _barrier.Dispose();

        private void Combine<T>(T[][] shares, int replica, Span<T> own, Func<T, T, T> combine)
        {
            shares[replica] = own.ToArray();
            _barrier.SignalAndWait(); // every replica's share is there
            for (int c = 0; c < own.Length; c++)
            {
                own[c] = shares.Select(share => share[c]).Aggregate(combine); // in the order of the replicas
            }

            _barrier.SignalAndWait(); // every replica has read them
        }

        private sealed class Link(InProcessExchange exchange, int replica) : IStatisticsExchange
        {
            public void Merge(Span<Moments> moments) =>
                exchange.Combine(exchange._moments, replica, moments, (a, b) => Moments.Merge(a, b));

            public void Sum(Span<GradientSums> sums) =>
                exchange.Combine(exchange._sums, replica, sums, (a, b) => a + b);
        }
    }
    // end
}
