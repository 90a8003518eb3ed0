using System.Text.Json.Nodes;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: the input of batch normalization is more Gaussian before the activation than after it.</summary>
/// <remarks>
/// Source: Ioffe and Szegedy 2015, section 3.2. Which placement gives the better network is not part of the claim, but is measured as well.
/// </remarks>
internal sealed class PlacementStudy : MeasuredStudy
{
    private const string Placement = "placement";
    private const string Before = "before the activation";
    private const string After = "after the activation";
    private const string Activation = "activation";
    private const string Relu = "ReLU";
    private const string Tanh = "tanh";
    private const string Accuracy = "test accuracy";
    private const string MeanAccuracy = "mean accuracy";
    private const string Final = "final accuracy";
    private const string Skewness = "skewness, magnitude";
    private const string Kurtosis = "excess kurtosis, magnitude";
    private const string Zeros = "fraction of zeros";
    private const string Distance = "distance from a Gaussian";
    private const string Density = "density";
    private const string NonzeroDensity = "density of values other than 0";
    private const int Layers = 5;
    private const int Width = 100;
    private const double LearningRate = 0.1;
    private const int BatchSize = 100;
    private const int UpdateCount = 1_000;
    private const int Marks = 20;
    private const int TestImages = 1_000;

    /// <summary>The bins of a standardized value.</summary>
    private const double FirstBin = -3;
    private const double BinWidth = 0.25;
    private const int Bins = 29;

    /// <summary>The smallest probability of 0 that is drawn, and the height of its line, which is above all densities.</summary>
    private const double LeastShown = 0.005;
    private const double SpikeHeight = 0.55;

    private static readonly string[] Shapes = [Skewness, Kurtosis, Zeros, Distance];

    /// <inheritdoc/>
    public override string Name => "placement";

    /// <inheritdoc/>
    public override string Question =>
        "is the input of batch normalization closer to a Gaussian before the activation than after it, and which placement is better?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization before and after the activation";

    /// <inheritdoc/>
    public override string Claim =>
        "Before the activation, the input of batch normalization is more symmetric, less sparse and closer to a Gaussian than after it.";

    /// <inheritdoc/>
    public override string Measure =>
        "For each unit that is normalized, over the test images and through training: skewness, excess kurtosis, fraction of zeros, and "
        + "Kolmogorov and Smirnov's distance from a Gaussian; and the test accuracy over the updates.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if, with ReLU, the means of the magnitude of skewness, of the fraction of zeros and of the distance from a "
        + "Gaussian, over units, layers, marks and seeds, are all smaller before the activation than after. It is refuted if none is. "
        + "Accuracy, and tanh, are shown but do not decide.";

    /// <inheritdoc/>
    public override string Published =>
        "Wu + b “is more likely to have a symmetric, non-sparse distribution, that is ‘more Gaussian’” than the activation's output; no "
        + "numbers.";

    private protected override IReadOnlyList<string> Factors => [Activation, Placement];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
    [
        new(Mean(Skewness), "F2"), new(Mean(Kurtosis), "F2"), new(Mean(Zeros), "P0"), new(Mean(Distance), "F3"),
        new(MeanAccuracy, "P1"), new(Final, "P1"),
    ];

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 3.2. The settings were chosen before the first run.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units; batch normalization before or after each activation; initial weights "
            + "He's with ReLU, Xavier's with tanh"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum at ")
            + Invariant($"{LearningRate}, batches of {BatchSize}")),
        new("shape", "of each unit's values before they are normalized, over the images measured on; units with the same value for all "
            + "images count only towards the zeros"),
        new("images", $"all training images; measured on the first {TestImages:N0} test images, {Marks} times"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from activation in new[] { Relu, Tanh }
        from placement in new[] { Before, After }
        select new Trial([activation, placement], (recorder, token) => Train(input, activation, placement, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements rectified = measured.Where(Activation, Relu);
        Measurements before = rectified.Where(Placement, Before), after = rectified.Where(Placement, After);
        string[] shapes = [Skewness, Zeros, Distance];
        bool smaller = shapes.All(shape => before.Last(Mean(shape)).Mean < after.Last(Mean(shape)).Mean);
        bool none = shapes.All(shape => before.Last(Mean(shape)).Mean >= after.Last(Mean(shape)).Mean);
        return new Verdict(
            smaller ? Finding.Holds : none ? Finding.DoesNotHold : Finding.NotShown,
            $"With ReLU, before the activation and after it: skewness {Both(Mean(Skewness), "F2")}, zeros {Both(Mean(Zeros), "P0")}, "
            + $"distance from a Gaussian {Both(Mean(Distance), "F3")}; mean test accuracy {Both(MeanAccuracy, "P1")}, at the end "
            + $"{Both(Final, "P1")}.");

        string Both(string quantity, string format) => $"{before.Last(quantity).MeanText(format)} and "
            + $"{after.Last(quantity).MeanText(format)}";
    }

    private protected override string Answer(Measurements measured)
    {
        Measurements rectified = measured.Where(Activation, Relu);
        return $"Of the values that batch normalization receives after a ReLU, {Zero(After)} are exactly 0; of those before it, "
            + $"{Zero(Before)}.";

        string Zero(string placement) => rectified.Where(Placement, placement).Last(Mean(Zeros)).MeanText("P0");
    }

    private protected override string Story(MeasuredSettings settings) =>
        "The same network is trained with batch normalization before and after each activation, with ReLU and with tanh, "
        + $"{Html.Times(settings.Seeds)} each. During training, the distribution of each unit's values before they are normalized is "
        + "measured.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Before, 0), Of(After, 1)];

        Headline Of(string placement, int place)
        {
            Measurements runs = measured.Where(Activation, Relu).Where(Placement, placement);
            return new Headline(
                runs.Last(Mean(Distance)).MeanText("F2"),
                $"is the distance from a Gaussian {placement}, with ReLU; {runs.Last(Mean(Zeros)).MeanText("P0")} of the values are 0. "
                + $"At the end {runs.Last(Final).MeanText("P1")} of the test images are classified correctly.",
                placement,
                place);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "The input of batch normalization with ReLU",
            "The distribution of the values before they are normalized, after the last update: standardized per unit, all units of all "
            + "layers pooled. The dotted line is a Gaussian; the vertical line stands for the values that are exactly 0, at their mean.",
            Distributions(measured.Where(Activation, Relu))),
        new(
            "The input of batch normalization with tanh",
            "The same distribution in the networks with tanh, which has no values of exactly 0.",
            Distributions(measured.Where(Activation, Tanh))),
        new(
            "Its shape through training, with ReLU",
            "Means over all units of all layers. For a Gaussian each would be 0.",
            new Chart(Shapes)
            {
                XTitle = "updates", YTitle = "mean over units", Series = Placement,
                Panels = Chart.Quantity, Columns = 2, OwnY = true, Only = (Activation, Relu), Height = 150,
            }),
        new(
            "Which network is better?",
            "Test accuracy over the updates.",
            new Chart(Accuracy)
            {
                XTitle = "updates", YTitle = Accuracy, YFormat = "%", Series = Placement, Panels = Activation, Columns = 2, Height = 220,
            }),
    ];

    /// <summary>The densities of both placements; apart from them, the values that are exactly 0, which have a probability.</summary>
    private static CustomChart Distributions(Measurements measured)
    {
        const string Spike =
            """
            ,
            { "mark": { "type": "bar", "width": 5, "aria": false }, "encoding": { "y": { "field": "spike" } } },
            {
              "mark": { "type": "text", "align": "left", "baseline": "top", "dx": 10, "fontWeight": 600 },
              "encoding": { "y": { "field": "spike" }, "text": { "field": "text" }, "color": { "value": "var(--ink)" } }
            }
            """;
        string[] placements = [Before, After];
        var rows = new JsonArray([.. placements.SelectMany(placement => Rows(placement, measured.Where(Placement, placement)))]);
        return new CustomChart(JsonNode.Parse(
            $$"""
            {
              "usermeta": { "columns": 2, "margin": 80, "narrowest": 220 },
              "data": { "values": {{rows.ToJsonString()}} },
              "transform": [{ "calculate": "densityNormal(datum.x, 0, 1)", "as": "gaussian" }],
              "columns": 2,
              "facet": {
                "field": "placement", "type": "nominal", "title": null, "sort": ["{{Before}}", "{{After}}"],
                "header": { "labelAnchor": "start", "labelFontWeight": 600 }
              },
              "spec": {
                "height": 220,
                "encoding": {
                  "x": {
                    "field": "x", "type": "quantitative", "title": "standardized value",
                    "scale": { "nice": false }, "axis": { "grid": false, "tickCount": 6 }
                  },
                  "y": { "type": "quantitative", "title": "{{Density}}", "stack": null },
                  "color": {
                    "field": "placement", "type": "nominal", "legend": null,
                    "scale": {
                      "domain": ["{{Before}}", "{{After}}"],
                      "range": ["{{SeriesTheme.Look(Before, 0).Color}}", "{{SeriesTheme.Look(After, 1).Color}}"]
                    }
                  }
                },
                "layer": [
                  {
                    "mark": { "type": "area", "fillOpacity": 0.25, "line": { "invalid": "filter" }, "invalid": "filter" },
                    "encoding": { "y": { "field": "density" } }
                  },
                  {
                    "mark": { "type": "line", "strokeWidth": 1.2, "strokeDash": [2, 3] },
                    "encoding": { "y": { "field": "gaussian" }, "color": { "value": "var(--muted)" } }
                  }
                  {{(rows.Any(row => row!["spike"] is not null) ? Spike : "")}}
                ]
              }
            }
            """)!);
    }

    /// <summary>The points of a density, and a row with a text for the values that are exactly 0.</summary>
    private static IEnumerable<JsonObject> Rows(string placement, Measurements measured)
    {
        double[] all = Bars(Density), nonzero = Bars(NonzeroDensity), zeros = [.. all.Zip(nonzero, (whole, part) => whole - part)];
        for (int bin = 0; bin < Bins; bin++)
        {
            yield return new() { ["placement"] = placement, ["x"] = Value(bin), ["density"] = nonzero[bin] };
        }

        double probability = measured.Last(Zeros).Mean;
        double sum = zeros.Sum();

        // Units that are 0 for all images have a probability, but no part in the densities.
        if (probability >= LeastShown && sum > 0)
        {
            double mean = zeros.Select((density, bin) => density * Value(bin)).Sum() / sum;
            yield return new()
            {
                ["placement"] = placement,
                ["x"] = mean,
                ["spike"] = SpikeHeight,
                ["text"] = Invariant($"{probability:P0} are exactly 0"),
            };
        }

        // The mean over the runs; 0 where no unit varies.
        double[] Bars(string quantity) =>
        [
            .. Enumerable.Range(0, Bins).Select(bin => measured.Runs
                .Select(run => run.Series(quantity).ElementAtOrDefault(bin).Value)
                .Where(double.IsFinite).DefaultIfEmpty(0).Average()),
        ];

        static double Value(int bin) => FirstBin + bin * BinWidth;
    }

    private static string Mean(string shape) => $"mean {shape}";

    /// <summary>The mean over units; NaN where there are none.</summary>
    private static double Mean(DistributionShape[] units, Func<DistributionShape, double> number) =>
        units.Select(number).DefaultIfEmpty(double.NaN).Average();

    private static void Train(
        StudyInput input, string activation, string placement, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Sequential network = Network(input.Images!, activation, placement, seed);
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        Dataset<int> test = input.Images!.Test.TakeUpTo(TestImages);
        int updates = input.Shortened(UpdateCount), every = Math.Max(1, updates / Marks);
        TrainingLoop.Run(trainer, input.Images.Train, BatchSize, updates, seed, Measure, cancellationToken);
        foreach (string quantity in Shapes.Append(Accuracy))
        {
            double[] marks = [.. recorder.Points.Where(point => point.Quantity == quantity).Select(point => point.Value ?? double.NaN)];
            recorder.Add(quantity == Accuracy ? MeanAccuracy : Mean(quantity), marks.Average());
        }

        recorder.Add(Final, trainer.Evaluate(test, cancellationToken).Accuracy!.Value);
        AddDensity(recorder, Normalized(network, test));

        void Measure(int update, double loss)
        {
            if (update % every == 0)
            {
                recorder.Add(Accuracy, trainer.Evaluate(test, cancellationToken).Accuracy!.Value, update);
                DistributionShape[] units = [.. Normalized(network, test).Select(DistributionShape.Of)];
                DistributionShape[] varying = [.. units.Where(unit => !double.IsNaN(unit.NormalDistance))];
                recorder.Add(Skewness, Mean(varying, unit => Math.Abs(unit.Skewness)), update);
                recorder.Add(Kurtosis, Mean(varying, unit => Math.Abs(unit.ExcessKurtosis)), update);
                recorder.Add(Zeros, Mean(units, unit => unit.Zeros), update);
                recorder.Add(Distance, Mean(varying, unit => unit.NormalDistance), update);
            }
        }
    }

    private static Sequential Network(ImageClassificationData images, string activation, string placement, int seed)
    {
        Func<Layer> make = activation == Relu ? static () => new Relu() : static () => new Tanh();
        return Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = placement == Before ? StudyNetworks.Normalization(Batch) : null,
            Activation = placement == Before ? make : () => new Sequential(make(), new BatchNorm(Width)),
            Weights = activation == Relu ? Initializer.HeNormal : Initializer.XavierNormal,
        });
    }

    /// <summary>The sorted values of each unit before it is normalized.</summary>
    private static List<float[]> Normalized(Sequential network, Dataset<int> images)
    {
        var units = new List<float[]>();
        LayerInputs.Show(network, images.Inputs, (layer, input) =>
        {
            if (layer is BatchNorm)
            {
                units.AddRange(Units.Sorted(input));
            }
        });
        return units;
    }

    /// <summary>Records the density of the units' standardized values, of all and of those other than 0.</summary>
    private static void AddDensity(Recorder recorder, List<float[]> units)
    {
        double[] counts = new double[Bins], nonzero = new double[Bins];
        double all = 0;
        foreach (float[] unit in units)
        {
            Moments moments = Histogram.Of(unit, bins: 1).Moments;
            double deviation = Math.Sqrt(moments.PopulationVariance);
            if (deviation > 0)
            {
                all += unit.Length;
                foreach (float value in unit)
                {
                    int bin = (int)Math.Round(((value - moments.Mean) / deviation - FirstBin) / BinWidth);
                    if (bin >= 0 && bin < Bins)
                    {
                        counts[bin]++;
                        nonzero[bin] += value == 0 ? 0 : 1;
                    }
                }
            }
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            recorder.Add(Density, counts[bin] / all / BinWidth, FirstBin + bin * BinWidth);
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            recorder.Add(NonzeroDensity, nonzero[bin] / all / BinWidth, FirstBin + bin * BinWidth);
        }
    }
}
