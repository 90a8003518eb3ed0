using System.Globalization;
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

/// <summary>Claim: normalized inputs keep a sigmoid in its nearly linear part, which costs expressiveness; γ and β restore it.</summary>
/// <remarks>Source: Ioffe and Szegedy 2015, section 3. The claim is about sigmoids; tanh and ReLU are measured as well.</remarks>
internal sealed class AffineStudy : MeasuredStudy
{
    private const string Function = "activation";
    private const string Sigmoid = "sigmoid";
    private const string Tanh = "tanh";
    private const string Relu = "ReLU";
    private const string Normalization = "normalization";
    private const string With = "with γ and β";
    private const string Without = "without γ and β";
    private const string No = "no normalization";
    private const string Linear = "nearly linear";
    private const string Layerwise = "nearly linear, by layer";
    private const string TrainLoss = "train loss";
    private const string Accuracy = "test accuracy";
    private const string Rate = "best rate";
    private const string Density = "density";
    private const double Most = 0.5;
    private const int Layers = 3;
    private const int Width = 50;
    private const int BatchSize = 100;
    private const int UpdateCount = 1_000;
    private const int TrainImages = 10_000;
    private const int ProbedImages = 2_000;

    /// <summary>The bins of the inputs' density.</summary>
    private const double FirstBin = -5;
    private const double BinWidth = 0.25;
    private const int Bins = 41;

    private static readonly double[] Rates = [0.1, 0.3, 1, 3, 10];

    /// <inheritdoc/>
    public override string Name => "affine";

    /// <inheritdoc/>
    public override string Question =>
        "does normalization keep the inputs of a sigmoid in its nearly linear part, and do γ and β make up for it?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization with and without γ and β";

    /// <inheritdoc/>
    public override string Claim =>
        "Without γ and β, batch normalization keeps most inputs of a sigmoid in its nearly linear part, and the network learns less well; "
        + "γ and β move inputs out of it, and the network learns better.";

    /// <inheritdoc/>
    public override string Measure =>
        "The fraction of an activation's inputs, over test images and hidden layers, where it deviates from its tangent at 0 by less than "
        + Invariant($"{NearlyLinear.Deviation * 100:F0} % of the tangent's rise: |z| below {NearlyLinear.Sigmoid:F2} for the sigmoid, ")
        + Invariant($"below {NearlyLinear.Tanh:F2} for tanh; train loss and test accuracy, each network at its best learning rate.");

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if, with sigmoids and in every seed, more than half of the inputs lie in the nearly linear part without γ and β, "
        + "fewer do with them, and train loss is lower and test accuracy higher with them. It is refuted if in no seed fewer inputs lie "
        + "there with them, or if in no seed train loss is lower or test accuracy higher. Tanh and ReLU do not decide.";

    /// <inheritdoc/>
    public override string Published =>
        "“Normalizing the inputs of a sigmoid would constrain them to the linear regime of the nonlinearity”; γ and β restore the "
        + "representation power of the network. No numbers.";

    private protected override IReadOnlyList<string> Factors => [Function, Normalization];

    private protected override IReadOnlyList<QuantityColumn> TableColumns =>
        [new(Linear, "P0"), new(TrainLoss, "F3"), new(Accuracy, "P1"), new(Rate, "G2")];

    private protected override string Sources =>
        """
        <p>After Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), section 3. The paper gives no experiment; network, learning rates, the
        bound of 10 % and the criterion were chosen with seed 0 before the first run of three seeds.</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("network", $"{Layers} hidden layers of {Width} units; batch normalization, where used, before each activation; initial "
            + "weights He's with ReLU, Xavier's with sigmoid and tanh"),
        new("training", Invariant($"{input.Shortened(UpdateCount):N0} updates of stochastic gradient descent without momentum, batches of ")
            + Invariant($"{BatchSize}")),
        new("learning rate", $"the one of {string.Join(", ", Rates.Select(rate => Invariant($"{rate}")))} with the lowest train loss "
            + "after training, chosen for each network and seed"),
        new("images", Invariant($"the first {TrainImages:N0} to train on, and for the train loss, in inference; all test images for the ")
            + Invariant($"accuracy, the first {ProbedImages:N0} for the inputs of activations")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from activation in new[] { Sigmoid, Tanh, Relu }
        from normalization in new[] { With, Without, No }
        select new Trial([activation, normalization], (recorder, token) => Train(input, activation, normalization, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements with = Runs(measured, Sigmoid, With), without = Runs(measured, Sigmoid, Without);
        bool constrained = without.Runs.All(run => run.Last(Linear) > Most);
        bool[] leave = Pairs((a, b) => a.Last(Linear) < b.Last(Linear));
        bool[] fits = Pairs((a, b) => a.Last(TrainLoss) < b.Last(TrainLoss));
        bool[] better = Pairs((a, b) => a.Last(Accuracy) > b.Last(Accuracy));
        bool none = !leave.Contains(true) || (!fits.Contains(true) && !better.Contains(true));
        bool all = constrained && leave.Concat(fits).Concat(better).All(seed => seed);
        return new Verdict(
            all ? Finding.Holds : none ? Finding.DoesNotHold : Finding.NotShown,
            $"Without γ and β, {without.Last(Linear).Text("P0")} of a sigmoid's inputs lie in its nearly linear part, with them "
            + $"{with.Last(Linear).Text("P0")}; train loss is {without.Last(TrainLoss).Text("F3")} and "
            + $"{with.Last(TrainLoss).Text("F3")}, test accuracy {without.Last(Accuracy).Text("P1")} and {with.Last(Accuracy).Text("P1")}. "
            + $"With tanh, {Both(Tanh, Linear, "P0")} lie there, and test accuracy is {Both(Tanh, Accuracy, "P1")}; with ReLU it is "
            + $"{Both(Relu, Accuracy, "P1")}.");

        bool[] Pairs(Func<MeasuredRun, MeasuredRun, bool> compare) =>
            [.. with.Runs.Join(without.Runs, run => run.Seed, run => run.Seed, compare)];

        string Both(string activation, string quantity, string format) =>
            $"{Runs(measured, activation, Without).Last(quantity).MeanText(format)} and "
            + Runs(measured, activation, With).Last(quantity).MeanText(format);
    }

    private protected override string Answer(Measurements measured)
    {
        return $"Without its learned scale γ and shift β, batch normalization keeps {Text(Without, Linear, "P0")} of a sigmoid's inputs "
            + $"where it is almost a straight line, and {Text(Without, Accuracy, "P1")} of the test images are classified correctly; with "
            + $"them, {Text(With, Linear, "P0")} and {Text(With, Accuracy, "P1")}.";

        string Text(string normalization, string quantity, string format) =>
            Runs(measured, Sigmoid, normalization).Last(quantity).MeanText(format);
    }

    private protected override string Story(MeasuredSettings settings) =>
        "The same network is trained with sigmoid, tanh and ReLU, from the same initial weights, with batch normalization with and "
        + $"without γ and β and without normalization, {Html.Times(settings.Seeds)} each. Every network is trained at {Rates.Length} "
        + "learning rates, and the one with the lowest train loss is measured.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(With, 0), Of(Without, 1)];

        Headline Of(string normalization, int level)
        {
            Measurements runs = Runs(measured, Sigmoid, normalization);
            return new Headline(
                runs.Last(Linear).MeanText("P0"),
                $"of the inputs of the sigmoids lie in the nearly linear part {normalization}. The train loss is "
                + $"{runs.Last(TrainLoss).MeanText("F3")}, the test accuracy {runs.Last(Accuracy).MeanText("P1")}.",
                normalization,
                level);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Where do the inputs of the sigmoids lie?",
            "The distribution of the sigmoids' inputs after training. In the shaded range a sigmoid is nearly a straight line.",
            Distribution(measured.Where(Function, Sigmoid))),
        new(
            "What does it cost?",
            "Each point is a network. Where normalization costs expressiveness, the loss on training images is higher.",
            Named(Accuracy, Accuracy, ".1%"),
            Named(TrainLoss, TrainLoss, "~g")),
        new(
            "Other activations",
            Invariant($"The distribution of the inputs in all hidden layers. Tanh is nearly linear only from −{NearlyLinear.Tanh:F2} to ")
            + Invariant($"{NearlyLinear.Tanh:F2}, half the range of the sigmoid, so that fewer normalized inputs lie in it; ReLU bends ")
            + "at 0, where normalized inputs are on both sides.",
            new Chart(Density) { XTitle = "input", YTitle = Density, Panels = Function, Height = 220 }),
        new(
            "Layer by layer",
            "The fraction of inputs in the nearly linear part, in each hidden layer of the networks with sigmoids.",
            new Chart(Layerwise)
            {
                X = AxisKind.Names, XTitle = "hidden layer", YTitle = "inputs in the nearly linear part", YFormat = "%", YDomain = (0, 1),
                Only = (Function, Sigmoid), Height = 220,
            }),
    ];

    private static Chart Named(string quantity, string title, string format) => new(quantity)
    {
        XFactor = Function,
        X = AxisKind.Names,
        XTitle = Function,
        YTitle = title,
        YFormat = format,
        Height = 240,
    };

    /// <summary>The densities of the inputs, on a band for the nearly linear part.</summary>
    private static CustomChart Distribution(Measurements measured)
    {
        string[] levels = [With, Without, No];
        var rows = new JsonArray(
        [
            .. from level in levels
               from bin in Enumerable.Range(0, Bins)
               let density = measured.Where(Normalization, level).Of(run => run.Series(Density).ElementAtOrDefault(bin).Value).Mean
               select new JsonObject { ["series"] = level, ["x"] = Value(bin), ["density"] = double.IsNaN(density) ? null : density },
        ]);
        double highest = 1.15 * rows.Max(row => row!["density"]?.GetValue<double>() ?? 0); // room for the label
        string names = Json(levels), bound = NearlyLinear.Sigmoid.ToString(CultureInfo.InvariantCulture);
        string colors = Json([.. levels.Select((level, i) => SeriesTheme.Look(level, i).Color)]);
        string dashes = $"[{string.Join(',', levels.Select((level, i) => SeriesTheme.Look(level, i).Dash))}]";
        return new CustomChart(JsonNode.Parse(
            $$"""
            {
              "usermeta": { "labels": {{levels.Max(level => level.Length)}} },
              "data": { "values": {{rows.ToJsonString()}} },
              "width": "container",
              "height": 280,
              "layer": [
                {
                  "data": { "values": [{ "low": -{{bound}}, "high": {{bound}}, "text": "nearly linear" }] },
                  "encoding": { "x": { "field": "low", "type": "quantitative" } },
                  "layer": [
                    {
                      "mark": { "type": "rect", "color": "var(--muted)", "opacity": 0.16, "aria": false },
                      "encoding": { "x2": { "field": "high" } }
                    },
                    {
                      "mark": { "type": "text", "align": "center", "baseline": "top", "dy": 4, "fontWeight": 600 },
                      "encoding": {
                        "x": { "datum": 0 }, "y": { "value": 0 }, "text": { "field": "text" }, "color": { "value": "var(--ink)" }
                      }
                    }
                  ]
                },
                {
                  "mark": { "type": "line", "strokeWidth": 2.4, "invalid": "filter" },
                  "encoding": {
                    "x": {
                      "field": "x", "type": "quantitative", "title": "input of the sigmoid",
                      "scale": { "nice": false }, "axis": { "grid": false, "tickCount": 6 }
                    },
                    "y": {
                      "field": "density", "type": "quantitative", "title": "{{Density}}", "axis": { "tickCount": 5 },
                      "scale": { "domain": [0, {{highest.ToString(CultureInfo.InvariantCulture)}}], "nice": false }
                    },
                    "color": {
                      "field": "series", "type": "nominal", "scale": { "domain": {{names}}, "range": {{colors}} },
                      "legend": {
                        "orient": "top", "title": null, "labelLimit": 400, "labelFontSize": 13, "symbolType": "stroke",
                        "symbolSize": 700, "symbolStrokeWidth": 3
                      }
                    },
                    "strokeDash": { "field": "series", "type": "nominal", "scale": { "domain": {{names}}, "range": {{dashes}} } }
                  }
                }
              ]
            }
            """)!);

        static string Json(string[] texts) => new JsonArray([.. texts.Select(text => JsonValue.Create(text))]).ToJsonString();
    }

    private static double Value(int bin) => FirstBin + bin * BinWidth;

    private static Measurements Runs(Measurements measured, string activation, string normalization) =>
        measured.Where(Function, activation).Where(Normalization, normalization);

    private static void Train(
        StudyInput input, string activation, string normalization, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        ImageClassificationData images = input.Images!;
        Dataset<int> train = images.Train.TakeUpTo(TrainImages);
        (double Rate, Trainer<int> Trainer, double Loss) best = Rates.Select(rate =>
        {
            Sequential network = Network(images, activation, normalization, seed);
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(rate));
            TrainingLoop.Run(trainer, train, BatchSize, input.Shortened(UpdateCount), seed, after: null, cancellationToken);
            double loss = trainer.Evaluate(train, cancellationToken).Loss;
            return (rate, trainer, double.IsNaN(loss) ? double.PositiveInfinity : loss);
        }).MinBy(network => network.Item3);
        recorder.Add(Rate, best.Rate);
        recorder.Add(TrainLoss, best.Loss);
        recorder.Add(Accuracy, best.Trainer.Evaluate(images.Test, cancellationToken).Accuracy!.Value);
        AddInputs(recorder, activation, (Sequential)best.Trainer.Network, images.Test.TakeUpTo(ProbedImages));
    }

    private static Sequential Network(ImageClassificationData images, string activation, string normalization, int seed) =>
        Perceptron(images, Layers, Width, seed, new MultilayerPerceptronOptions
        {
            Normalization = normalization == No
                ? null
                : linear => new BatchNorm(linear.Outputs, new BatchNormOptions { Affine = normalization == With }),
            Activation = activation switch
            {
                Sigmoid => static () => new Sigmoid(),
                Tanh => static () => new Tanh(),
                _ => static () => new Relu(),
            },
            Weights = activation == Relu ? Initializer.HeNormal : Initializer.XavierNormal,
        });

    /// <summary>Records the fraction of the activations' inputs in the nearly linear part, and their density.</summary>
    private static void AddInputs(Recorder recorder, string activation, Sequential network, Dataset<int> images)
    {
        // About its kink at 0, a ReLU has no linear part.
        double bound = activation switch { Sigmoid => NearlyLinear.Sigmoid, Tanh => NearlyLinear.Tanh, _ => double.NaN };
        var fractions = new List<double>();
        double[] counts = new double[Bins];
        double all = 0;
        LayerInputs.Show(network, images.Inputs, (layer, input) =>
        {
            if (layer is not Activation)
            {
                return;
            }

            ReadOnlySpan<float> inputs = input.Elements();
            fractions.Add(double.IsNaN(bound) ? double.NaN : NearlyLinear.Fraction(inputs, bound));
            recorder.Add(Layerwise, fractions[^1], fractions.Count);
            all += inputs.Length;
            foreach (float value in inputs)
            {
                double bin = Math.Round((value - FirstBin) / BinWidth);
                if (bin is >= 0 and < Bins)
                {
                    counts[(int)bin]++;
                }
            }
        });
        recorder.Add(Linear, fractions.Average());
        for (int bin = 0; bin < Bins; bin++)
        {
            recorder.Add(Density, counts[bin] / all / BinWidth, Value(bin));
        }
    }
}
