using System.Text.Json;
using Evenkeel.Scaling;
using Evenkeel.Studies.Models;

namespace Evenkeel.Studies.Tests.Models;

/// <summary>The models predict what scikit-learn's predict.</summary>
public class GoldenModelsTests
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly Golden[] Cases = Read();

    public static TheoryData<string, string> Names => new()
    {
        { "wine", "raw" },
        { "wine", "standard" },
        { "iris", "raw" },
        { "iris", "standard" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Nearest_neighbours_predict_the_same_classes(string table, string scaling)
    {
        Golden golden = Of(table, scaling);

        Assert.Equal(golden.Predictions["neighbours"], Predictions(new NearestNeighbours(golden.TrainRows), golden));
    }

    [Theory]
    [InlineData("wine", "standard")]
    [InlineData("iris", "raw")]
    [InlineData("iris", "standard")]
    public void The_support_vector_machine_has_the_same_weights(string table, string scaling)
    {
        Golden golden = Of(table, scaling);
        var svm = new LinearSvm(golden.TrainRows, seed: 0, tolerance: 1e-6, maxIterations: 1_000_000);

        Assert.True(golden.SvmConverged);
        Assert.Equal(golden.Predictions["svm"], Predictions(svm, golden));
        Assert.Equal(
            Enumerable.Range(0, golden.TrainRows.Width).Select(column => golden.SvmWeights.Sum(weights => Math.Abs(weights[column]))),
            svm.CoefficientSizes,
            (expected, actual) => Math.Abs(expected - actual) < 1e-4 * Math.Max(1, expected));
    }

    [Fact]
    public void Neither_support_vector_machine_converges_on_raw_wines()
    {
        Golden golden = Of("wine", "raw");

        Assert.False(golden.SvmConverged);
        Assert.Equal(1000, new LinearSvm(golden.TrainRows, seed: 0).Iterations);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_tree_predicts_the_classes_of_one_that_scikit_learn_grows(string table, string scaling)
    {
        Golden golden = Of(table, scaling);

        Assert.Contains(Predictions(new DecisionTree(golden.TrainRows), golden), golden.Trees);
    }

    /// <summary>On wines many splits are equally good, and the forest's trees take others of them.</summary>
    [Theory]
    [InlineData("wine", "raw", 2)]
    [InlineData("wine", "standard", 2)]
    [InlineData("iris", "raw", 0)]
    [InlineData("iris", "standard", 0)]
    public void The_forest_predicts_the_same_classes_from_the_same_rows(string table, string scaling, int differences)
    {
        Golden golden = Of(table, scaling);
        int[] predictions = Predictions(new RandomForest(golden.TrainRows, golden.ForestRows), golden);

        Assert.InRange(predictions.Zip(golden.Predictions["forest"]).Count(pair => pair.First != pair.Second), 0, differences);
    }

    private static int[] Predictions(IClassifier classifier, Golden golden) =>
        [.. Enumerable.Range(0, golden.TestRows.Count).Select(row => classifier.Predict(golden.TestRows.Row(row)))];

    private static Golden Of(string table, string scaling) => Cases.Single(golden => golden.Table == table && golden.Scaling == scaling);

    private static Golden[] Read()
    {
        using Stream stream = typeof(GoldenModelsTests).Assembly.GetManifestResourceStream("models.json")!;
        return JsonSerializer.Deserialize<File>(stream, SnakeCase)!.Cases;
    }

    internal sealed record Golden(
        string Table,
        string Scaling,
        int[] Train,
        int[] Test,
        int[][] ForestRows,
        bool SvmConverged,
        double[][] SvmWeights,
        int[][] Trees,
        Dictionary<string, int[]> Predictions)
    {
        private readonly Lazy<(LabelledTable Train, LabelledTable Test)> _rows = new(() =>
        {
            var all = LabelledTable.OfResource($"data/{Table}.csv");
            (LabelledTable train, LabelledTable test) = (all.Select(Train), all.Select(Test));
            if (Scaling == "raw")
            {
                return (train, test);
            }

            var scaler = new StandardScaler();
            scaler.Fit(train.Features);
            return (train.Scaled(scaler), test.Scaled(scaler));
        });

        public LabelledTable TrainRows => _rows.Value.Train;

        public LabelledTable TestRows => _rows.Value.Test;
    }

    private sealed record File(Golden[] Cases);
}
