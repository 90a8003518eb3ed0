using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>Claim: in deep networks gradients vanish or explode; with batch normalization they do neither.</summary>
/// <remarks>
/// Sources: Ioffe and Szegedy 2015, sections 1 and 3.3, for the claim; Saitoh, "Deep Learning from Scratch", chapter 6, for weights of
/// deviation 0.01 and 1; Yang et al. 2019 for what batch normalization itself does to gradients: it makes them grow from layer to layer
/// towards the input, by √(π/(π − 1)) ≈ 1.21 for ReLU in wide networks, whatever the weights.
/// </remarks>
internal sealed class GradientFlowStudy : MeasuredStudy
{
    private const string Normalization = "normalization";
    private const string Setting = "units and weights";
    private const string Depth = "hidden layers";
    private const string Norm = "gradient norm (log10)";
    private const string Ratio = "first to last (log10)";
    private const string First = "first layer's norm (log10)";
    private const string RatioLater = "first to last, after updates (log10)";
    private const string Recommended = "recommended";
    private const int Width = 100;
    private const int BatchSize = 100;
    private const int UpdateCount = 10;
    private const double LearningRate = 0.01;

    /// <summary>The limit of a healthy gradient norm, in factors of ten.</summary>
    private const double Limit = 3;

    /// <summary>The limit of single precision, as a power of ten; 0 and infinity count as this.</summary>
    private const double End = 38;

    private static readonly int[] Depths = [10, 20, 40];

    /// <summary>Powers of ten on an axis from one end of single precision to the other.</summary>
    private static readonly double[] Ticks = [-End, -10, -Limit, 0, Limit, 10, End];

    private static readonly (string Name, Func<Layer> Make, Initializer Weights)[] Activations =
    [
        ("sigmoid", static () => new Sigmoid(), Initializer.XavierNormal),
        ("tanh", static () => new Tanh(), Initializer.XavierNormal),
        ("ReLU", static () => new Relu(), Initializer.HeNormal),
    ];

    private static readonly (string Name, Initializer? Weights)[] Scales =
        [("small", Initializer.Normal(0.01)), (Recommended, null), ("large", Initializer.Normal(1))];

    /// <inheritdoc/>
    public override string Name => "gradient-flow";

    /// <inheritdoc/>
    public override string Question =>
        "do gradients reach the first layer of a deep network at a usable size, with and without batch normalization?";

    /// <inheritdoc/>
    public override string Title => "Batch normalization and the flow of gradients";

    /// <inheritdoc/>
    public override string Claim =>
        "In deep networks gradients vanish or explode unless the weights are right for the activation. With batch normalization they do "
        + "neither.";

    /// <inheritdoc/>
    public override string Measure =>
        "The L2 norm of each hidden layer's weight gradient before the first update, in networks of 10, 20 and 40 layers, three "
        + "activations and three sizes of initial weights.";

    /// <inheritdoc/>
    public override string Criterion =>
        "A network's gradients vanish or explode if the first layer's norm is beyond 10^±3, by itself or relative to the last hidden "
        + "layer's, as geometric means over the seeds, or is not a number. The claim holds if they do in more than half of the networks "
        + "with small or large weights without batch normalization, and in none of all networks with it. It is refuted if, of all "
        + "networks, at least half as many do with it as without.";

    /// <inheritdoc/>
    public override string Published =>
        "Ioffe and Szegedy: batch normalization helps where gradients would explode or vanish. Yang et al.: at initialization it makes "
        + "them explode with depth, by about 1.21 per layer with ReLU.";

    private protected override IReadOnlyList<string> Factors => [Normalization, Setting, Depth];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(First, "F1"), new(Ratio, "F1"), new(RatioLater, "F1")];

    private protected override string Sources =>
        """
        <p>The claim: Ioffe and Szegedy, <cite><a href="https://arxiv.org/abs/1502.03167">Batch Normalization: Accelerating Deep Network
        Training by
        Reducing Internal Covariate Shift</a></cite> (2015), sections 1 and 3.3. The sizes of weights: Saitoh, <cite>Deep Learning from
        Scratch</cite>
        (2019), chapter 6; recommended are Xavier's for sigmoid and tanh and He's for ReLU. What batch normalization
        itself does to gradients: Yang et al.,
        <cite><a href="https://arxiv.org/abs/1902.08129">A Mean Field Theory of Batch Normalization</a></cite> (2019).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new("networks", $"{string.Join(", ", Depths)} hidden layers of {Width} units; sigmoid, tanh and ReLU; batch normalization, "
            + "where used, before each activation"),
        new("initial weights", "normal: small of deviation 0.01, large of 1, recommended Xavier's for sigmoid and tanh, He's for ReLU"),
        new("gradients", $"of the mean loss over one batch of {BatchSize}, in training; 10^±{End} is where single precision ends"),
        new("updates", Invariant($"{input.Shortened(UpdateCount)} of stochastic gradient descent at {LearningRate}, between the first ")
            + "and the second measurement"),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from depth in Depths
        from activation in Activations
        from scale in Scales
        from normalization in new[] { Batch, None }
        select new Trial(
            [normalization, $"{activation.Name}, {scale.Name}", depth.ToString(CultureInfo.InvariantCulture)],
            (recorder, token) => Train(
                input,
                new MultilayerPerceptronOptions
                {
                    Normalization = StudyNetworks.Normalization(normalization),
                    Activation = activation.Make,
                    Weights = scale.Weights ?? activation.Weights,
                },
                depth,
                seed,
                recorder,
                token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements[] with = [.. Kinds(measured.Where(Normalization, Batch))], ill = [.. with.Where(IsIll)];
        Measurements[] without = [.. Kinds(measured.Where(Normalization, None))], unsuited = [.. without.Where(IsUnsuited)];
        int illWithout = without.Count(IsIll), illUnsuited = unsuited.Count(IsIll);
        double[] ratios = [.. with.Select(kind => kind.Last(Ratio).Mean)];
        return new Verdict(
            2 * ill.Length >= illWithout ? Finding.DoesNotHold
                : ill.Length == 0 && 2 * illUnsuited > unsuited.Length ? Finding.Holds
                : Finding.NotShown,
            Invariant($"Without batch normalization, gradients vanish or explode in {illWithout} of {without.Length} configurations, ")
            + Invariant($"among them {illUnsuited} of the {unsuited.Length} with small or large weights; with it, in {ill.Length}")
            + (ill.Length == 0 ? ". " : $" ({string.Join("; ", ill.Select(Described))}). ")
            + Invariant($"With it, the first layer's gradient is 10^{ratios.Min():F1} to 10^{ratios.Max():F1} times the last one's."));
    }

    private protected override string Answer(Measurements measured)
    {
        Measurements[] with = [.. Kinds(measured.Where(Normalization, Batch))], without = [.. Kinds(measured.Where(Normalization, None))];
        return Invariant($"With batch normalization, gradients vanish or explode in {with.Count(IsIll)} of {with.Length} deep networks; ")
            + Invariant($"without it, in {without.Count(IsIll)} of {without.Length}.");
    }

    private protected override string Story(MeasuredSettings settings) =>
        "The same batch of images passes through deep networks once, forward and backward, which gives the gradient of each layer's "
        + "weights: with and without batch normalization, for three activations, three sizes of initial weights and three depths, "
        + $"{Html.Times(settings.Seeds)} each. Where the gradients of the first layers are vanishingly small, these layers learn "
        + "nothing; where they are huge, one step breaks the network.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Batch, "with"), Of(None, "without")];

        Headline Of(string normalization, string with)
        {
            Measurements[] kinds = [.. Kinds(measured.Where(Normalization, normalization))];
            return new Headline(
                kinds.Count(IsIll).ToString(CultureInfo.InvariantCulture), $"of {kinds.Length} configurations {with} batch "
                    + "normalization have gradients that vanish or explode.", normalization);
        }
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "The first layer's gradient",
            $"The norm of the first layer's gradient, one row for each activation and size of the weights; the larger the point, the "
            + $"deeper the network ({string.Join(", ", Depths)} layers). In the green band, from 10⁻³ to 10³, a network can learn; 10⁻³⁸ "
            + "and 10³⁸ are where single precision ends.",
            FirstLayers(measured)),
        new(
            "From the last layer back to the first",
            $"Each layer's gradient norm as a power of ten, in the networks of {Depths[^1]} layers, on an axis that is logarithmic beyond "
            + "±1. Gradients run from right to left: a level line near 0 is healthy. Lines end where single precision does. Where a line "
            + "is level and far from 0, the outputs shrink or grow on the way forward as the gradients do on the way back.",
            new Chart(Norm)
            {
                XTitle = "hidden layer", YTitle = Norm, YFormat = "~f", Y = AxisKind.SymmetricLog, YTicks = Ticks,
                Panels = Setting, Only = (Depth, Depths[^1].ToString(CultureInfo.InvariantCulture)), Height = 150,
            }),
        new(
            "The effect of depth",
            $"The first layer's gradient norm over the last hidden layer's, as a power of ten: 0 is ideal, ±{Limit} is the limit of "
            + $"this study, ±{End} is where single precision ends. There is no point where both are 0 or one is not a number.",
            new Chart(Ratio)
            {
                XFactor = Depth, XTitle = Depth, YTitle = Ratio, YFormat = "~f", Y = AxisKind.SymmetricLog, YTicks = Ticks,
                Panels = Setting, Height = 150,
            }),
        new(
            "The effect of batch normalization itself",
            "The networks with batch normalization, on a scale of their own; the dotted line is the limit. Each normalization makes the "
            + "gradient grow a little on its way back, whatever the weights: the theory for wide networks says 1.21 times with ReLU, "
            + "which is 10^3.2 over 39 layers; sigmoid and tanh, more linear about 0, make it grow less.",
            new Chart(Ratio)
            {
                XFactor = Depth, XTitle = Depth, YTitle = Ratio, YFormat = "~f",
                Panels = Setting, Only = (Normalization, Batch), Rule = (Limit, ""), Height = 150,
            }),
    ];

    /// <summary>The first layer's gradient norm in each configuration, around the band in which gradients are healthy.</summary>
    private static CustomChart FirstLayers(Measurements measured)
    {
        const string Legend =
            """
            {
              "orient": "top", "title": null, "labelFontSize": 13, "labelLimit": 400, "symbolSize": 110,
              "labelExpr": "datum.value == 'batch' ? 'with batch normalization' : 'without'"
            }
            """;
        string settings = new JsonArray([.. measured.Levels(Setting).Select(setting => JsonValue.Create(setting))]).ToJsonString();
        return new CustomChart(JsonNode.Parse(
            $$"""
            {
              "usermeta": { "labels": {{SeriesTheme.Label(Batch).Length}} },
              "width": "container",
              "height": {{38 * measured.Levels(Setting).Count}},
              "data": { "name": "runs" },
              "transform": [
                { "flatten": ["points"], "as": ["point"] },
                { "filter": "datum.point.quantity == \"{{First}}\"" },
                { "calculate": "datum.conditions.normalization", "as": "normalization" },
                { "calculate": "datum.conditions['{{Setting}}']", "as": "setting" },
                { "calculate": "toNumber(datum.conditions['{{Depth}}'])", "as": "depth" },
                { "calculate": "datum.point.value", "as": "value" },
                { "aggregate": [{ "op": "mean", "field": "value", "as": "norm" }], "groupby": ["normalization", "setting", "depth"] }
              ],
              "layer": [
                {
                  "data": { "values": [{ "from": {{-Limit}}, "to": {{Limit}} }] },
                  "mark": { "type": "rect", "color": "var(--green)", "opacity": 0.16, "aria": false },
                  "encoding": { "x": { "field": "from", "type": "quantitative" }, "x2": { "field": "to" } }
                },
                {
                  "encoding": {
                    "x": {
                      "field": "norm", "type": "quantitative", "title": "norm of the first layer's gradient",
                      "scale": { "type": "symlog", "domain": [-44, 44], "nice": false },
                      "axis": {
                        "values": [{{string.Join(", ", Ticks)}}],
                        "labelExpr": "['10⁻³⁸', '10⁻¹⁰', '10⁻³', '1', '10³', '10¹⁰', '10³⁸'][round(6 * datum.index)]"
                      }
                    },
                    "y": {
                      "field": "setting", "type": "nominal", "title": null, "sort": {{settings}},
                      "axis": { "domain": false, "ticks": false, "labelColor": "var(--ink)", "labelPadding": 8 }
                    },
                    "yOffset": { "field": "normalization", "type": "nominal", "sort": ["batch", "none"] },
                    "color": {
                      "field": "normalization", "type": "nominal", "legend": {{Legend}},
                      "scale": { "domain": ["batch", "none"], "range": ["var(--batch)", "var(--none)"] }
                    }
                  },
                  "layer": [
                    {
                      "mark": { "type": "line", "strokeWidth": 2 },
                      "encoding": { "order": { "field": "depth" }, "detail": { "field": "setting" } }
                    },
                    {
                      "mark": { "type": "point", "filled": true, "opacity": 1 },
                      "encoding": {
                        "shape": {
                          "field": "normalization", "type": "nominal", "legend": {{Legend}},
                          "scale": { "domain": ["batch", "none"], "range": ["circle", "square"] }
                        },
                        "size": { "field": "depth", "type": "quantitative", "legend": null, "scale": { "range": [16, 110] } },
                        "tooltip": [
                          { "field": "normalization" }, { "field": "setting" }, { "field": "depth", "title": "{{Depth}}" },
                          { "field": "norm", "title": "{{First}}", "format": ".1f" }
                        ]
                      }
                    }
                  ]
                }
              ]
            }
            """)!);
    }

    private static string Described(Measurements kind) =>
        $"{kind.Runs[0].Conditions[Setting]}, {kind.Runs[0].Conditions[Depth]} layers";

    /// <summary>True if the gradients of a configuration vanish or explode.</summary>
    private static bool IsIll(Measurements kind) => !(Math.Abs(kind.Last(First).Mean) <= Limit && Math.Abs(kind.Last(Ratio).Mean) <= Limit);

    /// <summary>True if a configuration has other weights than the recommended ones.</summary>
    private static bool IsUnsuited(Measurements kind) => !kind.Runs[0].Conditions[Setting].EndsWith(Recommended, StringComparison.Ordinal);

    /// <summary>The networks that differ in their seed only.</summary>
    private static IEnumerable<Measurements> Kinds(Measurements runs) =>
        runs.Levels(Setting).SelectMany(setting => runs.Levels(Depth).Select(depth => runs.Where(Setting, setting).Where(Depth, depth)));

    private static void Train(
        StudyInput input, MultilayerPerceptronOptions options, int depth, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        Sequential network = Perceptron(input.Images!, depth, Width, seed, options);
        Dataset<int> train = input.Images!.Train;
        var batches = new Batches<int>(train, Math.Min(BatchSize, train.Count), (ulong)seed, dropLast: true);
        batches.Start(0);
        batches.MoveNext();
        double[] norms = Norms(network, batches);
        for (int layer = 0; layer < depth; layer++)
        {
            recorder.Add(Norm, Log10(norms[layer]), layer + 1);
        }

        recorder.Add(First, Log(norms[0]));
        recorder.Add(Ratio, LogRatio(norms));
        var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(LearningRate));
        TrainingLoop.Run(trainer, train, BatchSize, input.Shortened(UpdateCount), seed, null, cancellationToken);
        recorder.Add(RatioLater, LogRatio(Norms(network, batches)));
    }

    /// <summary>The norm of the gradient of each hidden layer's weights.</summary>
    private static double[] Norms(Sequential network, Batches<int> batch)
    {
        new LossSurface(network, batch.Inputs, batch.Targets).Differentiate();
        return [.. network.Layers.OfType<Linear>().SkipLast(1).Select(layer => Euclidean.Norm(layer.Weight.Gradient.Elements()))];
    }

    private static double Log(double norm) => Math.Clamp(Log10(norm), -End, End);

    private static double Log10(double x) => ElementaryFunctions.Log(x) / ElementaryFunctions.Log(10);

    /// <summary>The first norm over the last one, as a power of ten; NaN where both are 0 or one is not a number.</summary>
    private static double LogRatio(double[] norms) => Math.Clamp(Log10(norms[0]) - Log10(norms[^1]), -End, End);
}
