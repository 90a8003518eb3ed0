using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Studies.Charts;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Models;
using Evenkeel.Studies.Probes;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Training;
using Evenkeel.Training;
using static Evenkeel.Studies.Training.StudyNetworks;

namespace Evenkeel.Studies.Studies;

/// <summary>
/// Claim: models that use distances or gradients need features of comparable scales, and trees do not; coefficients can be compared only
/// on standardized features.
/// </summary>
/// <remarks>Source: scikit-learn's user guide, section 6.3, and its example "Importance of Feature Scaling".</remarks>
internal sealed class FeaturesAndModelsStudy : MeasuredStudy
{
    private const string TableFactor = "table";
    private const string Scaling = "scaling";
    private const string Model = "model";
    private const string Raw = "raw";
    private const string Standard = "standard";
    private const string Wine = "wine";
    private const string Iris = "iris";
    private const string Pixels = "pixels";
    private const string Neighbours = "k-NN";
    private const string Svm = "SVM";
    private const string Mlp = "MLP";
    private const string MlpBatch = "MLP+BN";
    private const string Tree = "tree";
    private const string Forest = "forest";
    private const string Accuracy = "test accuracy";
    private const string Steps = "steps";
    private const string Comparable = "coefficients and importance";
    private const double Needed = 0.05;
    private const double Tolerated = 0.02;
    private const double GoalLoss = 0.1;
    private const int SvmIterations = 1000;
    private const int UpdateCount = 1000;
    private const int EvaluateEvery = 10;
    private const int BatchSize = 32;
    private const int HiddenLayers = 2;
    private const int Width = 32;
    private const int Images = 2000;
    private const int Permutations = 10;

    private static readonly double[] Rates = [0.001, 0.01, 0.1, 1];
    private static readonly string[] InNeed = [Neighbours, Svm, Mlp];
    private static readonly string[] NotInNeed = [Tree, Forest];

    /// <inheritdoc/>
    public override string Name => "features-and-models";

    /// <inheritdoc/>
    public override string Question => "which models need scaled features, and does batch normalization replace scaling?";

    /// <inheritdoc/>
    public override string Title => "Feature scaling and six models";

    /// <inheritdoc/>
    public override string Claim =>
        "Models that use distances or gradients (k-nearest neighbours, linear support vector machines, multilayer perceptrons) need "
        + "features of comparable scales; decision trees and random forests do not. Coefficients can be compared only on standardized "
        + "features.";

    /// <inheritdoc/>
    public override string Measure =>
        "Test accuracy on raw and on standardized features; steps of those that are trained step by step; the rank correlation of the "
        + "sizes of the support vector machine's coefficients with the importance of their features.";

    /// <inheritdoc/>
    public override string Criterion =>
        "The claim holds if, on the wines, standardizing raises the mean test accuracy of k-nearest neighbours, of the support vector "
        + "machine and of the perceptron by at least 5 points each, changes that of the tree and of the forest by at most 2 points, and "
        + "raises the mean rank correlation of coefficients and importance. It is refuted if standardizing raises the accuracy of none "
        + "of the first three by 5 points, or changes that of the tree or of the forest by more than 5.";

    /// <inheritdoc/>
    public override string Published =>
        "On the wines, a k-nearest neighbours model and a logistic regression on principal components are far more accurate on "
        + "standardized features (scikit-learn's example: 98 % against 35 %).";

    /// <inheritdoc/>
    public override string RunsName => "models";

    private protected override IReadOnlyList<string> Factors => [TableFactor, Model, Scaling];

    private protected override IReadOnlyList<QuantityColumn> TableColumns => [new(Accuracy, "P1"), new(Steps, "F0"), new(Comparable, "F2")];

    private protected override string Sources =>
        """
        <p>After scikit-learn's <cite><a href="https://scikit-learn.org/stable/auto_examples/preprocessing/plot_scaling_importance.html">
        Importance of Feature Scaling</a></cite>. The wines are Aeberhard and Forina,
        <cite><a href="https://doi.org/10.24432/C5PC7J">Wine</a></cite> (1992), the irises Fisher, <cite><a
        href="https://doi.org/10.24432/C56C76">Iris</a></cite> (1936), both UCI Machine Learning Repository, CC BY 4.0. Permutation
        importance: Breiman, <cite>Random Forests</cite> (2001).</p>
        """;

    private protected override IReadOnlyList<SettingDetail> Details(StudyInput input) =>
    [
        new(
            "tables",
            "178 wines of 13 measurements, from 0.13 (nonflavanoid phenols) to 1,680 (proline); 150 irises of four lengths in "
            + $"centimetres; the first {Images:N0} training images, averaged down to about 14 pixels a side. Each seed takes seven tenths "
            + "of the rows to train on and the others to test on"),
        new("scaling", "none, or Evenkeel's StandardScaler, fitted to the rows that are trained on"),
        new(Neighbours, "5 neighbours, Euclidean distance"),
        new(
            Svm,
            "linear, squared hinge loss, C = 1, one class against the rest, dual coordinate descent to a tolerance of 1e-4 "
            + Invariant($"or {SvmIterations:N0} iterations over all rows, which are its steps")),
        new(
            $"{Mlp}, {MlpBatch}",
            $"{HiddenLayers} hidden layers of {Width} units, ReLU; batch normalization, where used, before each ReLU; "
            + Invariant($"{input.Shortened(UpdateCount)} updates of stochastic gradient descent without momentum, batches of {BatchSize}, ")
            + $"at the rate among {string.Join(", ", Rates.Select(rate => Invariant($"{rate}")))} with the lowest final training loss; "
            + Invariant($"its steps are the updates to a training loss of {GoalLoss}")),
        new(
            $"{Tree}, {Forest}",
            "Gini impurity, grown until leaves are pure; the forest has 50 trees, each split by the best of √(columns) columns"),
        new("importance", Invariant($"of a feature: the rise of the support vector machine's test loss when the feature's numbers are ")
            + Invariant($"permuted, the mean of {Permutations} permutations")),
    ];

    private protected override IEnumerable<Trial> Trials(StudyInput input, int seed) =>
        from table in new[] { Wine, Iris, Pixels }
        from model in new[] { Neighbours, Svm, Mlp, MlpBatch, Tree, Forest }
        from scaling in new[] { Raw, Standard }
        select new Trial([table, model, scaling], (recorder, token) => Train(input, table, model, scaling, seed, recorder, token));

    private protected override Verdict Decide(Measurements measured)
    {
        Measurements wines = measured.Where(TableFactor, Wine);
        double raw = Coefficients(measured, Raw).Mean, standard = Coefficients(measured, Standard).Mean;
        bool needed = InNeed.All(model => Gain(wines, model) >= Needed);
        bool tolerated = NotInNeed.All(model => Math.Abs(Gain(wines, model)) <= Tolerated);
        bool refuted = InNeed.All(model => Gain(wines, model) < Needed) || NotInNeed.Any(model => Math.Abs(Gain(wines, model)) > Needed);
        return new Verdict(
            needed && tolerated && standard > raw ? Finding.Holds : refuted ? Finding.DoesNotHold : Finding.NotShown,
            "On the wines, raw and standardized, test accuracy is "
            + string.Join(", ", wines.Levels(Model).Select(model =>
                $"{Of(wines, model, Raw)} and {Of(wines, model, Standard)} ({model})"))
            + Invariant($"; the rank correlation of coefficients and importance is {raw:F2} and {standard:F2}."));

        static string Of(Measurements wines, string model, string scaling) => AccuracyOf(wines, model, scaling).MeanText("P1");
    }

    private protected override string Answer(Measurements measured)
    {
        Measurements wines = measured.Where(TableFactor, Wine);
        string Of(string model, string scaling) => AccuracyOf(wines, model, scaling).MeanText("P0");
        string Change(string model) => $"from {Of(model, Raw)} to {Of(model, Standard)}";
        return $"Standardizing the features of wines takes the accuracy of k-nearest neighbours {Change(Neighbours)} and of a perceptron "
            + $"{Change(Mlp)}; a random forest has {Of(Forest, Raw)} and {Of(Forest, Standard)}.";
    }

    private protected override string Story(MeasuredSettings settings) =>
        "Six kinds of models are trained on raw and on standardized features of three tables, "
        + $"{Html.Times(settings.Seeds)} each: wines, whose features have very different scales; irises, whose features are all lengths in "
        + "centimetres; and the pixels of images.";

    private protected override IReadOnlyList<Headline> Headlines(Measurements measured)
    {
        return [Of(Standard, "standardized"), Of(Raw, "raw")];

        Headline Of(string scaling, string features) => new(
            AccuracyOf(measured.Where(TableFactor, Wine), MlpBatch, scaling).MeanText("P1"),
            $"of the test wines are classified correctly by a perceptron with batch normalization on {features} features. Coefficients of "
            + $"the support vector machine have a rank correlation of {Coefficients(measured, scaling).MeanText("F2")} with the "
            + "importance of their features.",
            scaling);
    }

    private protected override IReadOnlyList<Figure> Figures(Measurements measured) =>
    [
        new(
            "Which models need scaled features?",
            "Test accuracy on the wines, which are of three kinds; each point is a model. MLP is a multilayer perceptron, and BN batch "
            + "normalization in it. Where both colours are level, scaling makes no difference.",
            Of(Wine)),
        new(
            "And where features are already comparable?",
            "Test accuracy on the wines again, on the irises, whose features are four lengths in centimetres, and on the pixels of images.",
            Of(Wine) with { Only = null, Panels = TableFactor, Columns = 1, Height = 160 }),
        new(
            "How many steps?",
            "Iterations of the support vector machine over all rows, and updates of the perceptrons to a training loss of 0.1, by the "
            + "scaling. A model that never arrives has no point.",
            new Chart(Steps)
            {
                XFactor = Model, X = AxisKind.Names, XTitle = "model", YTitle = "steps", Y = AxisKind.Log, Series = Scaling,
                Panels = TableFactor, Columns = 1, Height = 160,
            }),
    ];

    private static Chart Of(string table) => new(Accuracy)
    {
        XFactor = Model,
        X = AxisKind.Names,
        XTitle = "model",
        YTitle = Accuracy,
        YFormat = "%",
        YDomain = (0, 1),
        Series = Scaling,
        Only = (TableFactor, table),
    };

    private static SeedSummary AccuracyOf(Measurements table, string model, string scaling) =>
        table.Where(Model, model).Where(Scaling, scaling).Last(Accuracy);

    private static double Gain(Measurements table, string model) =>
        AccuracyOf(table, model, Standard).Mean - AccuracyOf(table, model, Raw).Mean;

    private static SeedSummary Coefficients(Measurements measured, string scaling) =>
        measured.Where(TableFactor, Wine).Where(Model, Svm).Where(Scaling, scaling).Last(Comparable);

    private static void Train(
        StudyInput input, string table, string model, string scaling, int seed, Recorder recorder, CancellationToken cancellationToken)
    {
        LabelledTable all = table switch
        {
            Wine => LabelledTable.OfResource("data/wine.csv"),
            Iris => LabelledTable.OfResource("data/iris.csv"),
            _ => LabelledTable.OfImages(input.Images!, Math.Max(20, Images / input.Shortening)),
        };
        (LabelledTable train, LabelledTable test) = all.Split(seed);
        if (scaling == Standard)
        {
            var scaler = new StandardScaler();
            scaler.Fit(train.Features);
            (train, test) = (train.Scaled(scaler), test.Scaled(scaler));
        }

        if (model is Mlp or MlpBatch)
        {
            TrainPerceptron(input, train, test, model == MlpBatch ? Batch : None, seed, recorder, cancellationToken);
            return;
        }

        IClassifier classifier = model switch
        {
            Neighbours => new NearestNeighbours(train),
            Svm => new LinearSvm(train, seed, maxIterations: input.Shortened(SvmIterations)),
            Tree => new DecisionTree(train),
            _ => new RandomForest(train, seed),
        };
        var svm = classifier as LinearSvm;
        recorder.Add(Accuracy, classifier.Accuracy(test));
        recorder.Add(Steps, svm?.Iterations < input.Shortened(SvmIterations) ? svm.Iterations : double.NaN);
        recorder.Add(
            Comparable,
            svm is not null && table == Wine ? RankCorrelation.Of(svm.CoefficientSizes, Importance(svm, test, seed)) : double.NaN);
    }

    /// <summary>Trains at each rate, and records the network with the lowest final training loss.</summary>
    private static void TrainPerceptron(
        StudyInput input,
        LabelledTable train,
        LabelledTable test,
        string normalization,
        int seed,
        Recorder recorder,
        CancellationToken cancellationToken)
    {
        Dataset<int> trainRows = Dataset(train), testRows = Dataset(test);
        (double Loss, double Accuracy, double Steps) best = (double.PositiveInfinity, double.NaN, double.NaN);
        foreach (double rate in Rates)
        {
            Sequential network = Perceptron(train.Width, HiddenLayers, Width, train.Classes, seed, new MultilayerPerceptronOptions
            {
                Normalization = StudyNetworks.Normalization(normalization),
            });
            var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(rate));
            double loss = double.NaN, steps = double.NaN;
            int updates = input.Shortened(UpdateCount);
            TrainingLoop.Run(trainer, trainRows, BatchSize, updates, seed, Measure, cancellationToken);
            if (loss < best.Loss)
            {
                best = (loss, trainer.Evaluate(testRows, cancellationToken).Accuracy!.Value, steps);
            }

            void Measure(int update, double _)
            {
                if (update % EvaluateEvery == 0 || update == updates)
                {
                    loss = trainer.Evaluate(trainRows, cancellationToken).Loss;
                    steps = double.IsNaN(steps) && loss <= GoalLoss ? update : steps;
                }
            }
        }

        recorder.Add(Accuracy, best.Accuracy);
        recorder.Add(Steps, best.Steps);
        recorder.Add(Comparable, double.NaN);
    }

    private static Dataset<int> Dataset(LabelledTable table) => new(
        Tensor.Create([.. table.Features.Elements().ToArray().Select(number => (float)number)], table.Features.Lengths),
        Tensor.Create(table.Labels, [table.Count]));

    /// <summary>The rise of the loss when the numbers of each column are permuted.</summary>
    private static double[] Importance(LinearSvm svm, LabelledTable test, int seed)
    {
        var random = new RandomSource((ulong)seed);
        double loss = svm.Loss(test);
        return [.. Enumerable.Range(0, test.Width).Select(column => Enumerable.Range(0, Permutations).Average(_ =>
        {
            int[] order = [.. Enumerable.Range(0, test.Count)];
            random.Next().Shuffle(order);
            return svm.Loss(test.WithPermuted(column, order)) - loss;
        }))];
    }
}
