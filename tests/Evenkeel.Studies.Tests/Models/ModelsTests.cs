using System.Numerics.Tensors;
using Evenkeel.Studies.Models;

namespace Evenkeel.Studies.Tests.Models;

public class ModelsTests
{
    private static readonly LabelledTable Corners = new(Tensor.Create([0.0, 0, 0, 1, 1, 0, 1, 1], [4, 2]), [0, 1, 1, 0]);

    [Fact]
    public void Nearest_neighbours_vote_and_the_lowest_class_wins_a_tie()
    {
        Assert.Equal(1, new NearestNeighbours(Corners, neighbours: 1).Predict([0.1, 0.9]));
        Assert.Equal(0, new NearestNeighbours(Corners, neighbours: 4).Predict([0.1, 0.9]));
    }

    [Fact]
    public void A_tree_separates_what_no_line_separates()
    {
        IClassifier tree = new DecisionTree(Corners);

        Assert.Equal(1, tree.Accuracy(Corners));
        Assert.Equal([0.0, 1.0], new DecisionTree(Corners).Probabilities([0.4, 0.6]));
    }

    [Fact]
    public void Equal_rows_of_two_classes_make_a_leaf_of_both()
    {
        var table = new LabelledTable(Tensor.Create([1.0, 1, 1], [3, 1]), [0, 1, 1]);

        Assert.Equal([1.0 / 3, 2.0 / 3], new DecisionTree(table).Probabilities([1]));
    }

    [Fact]
    public void A_forest_depends_on_its_seed_alone()
    {
        var wines = LabelledTable.OfResource("data/wine.csv");
        (LabelledTable train, LabelledTable test) = wines.Split(seed: 1);
        int[] Predictions(int seed)
        {
            var forest = new RandomForest(train, seed);
            return [.. Enumerable.Range(0, test.Count).Select(row => forest.Predict(test.Row(row)))];
        }

        Assert.Equal(Predictions(0), Predictions(0));
        Assert.True(((IClassifier)new RandomForest(train, 0)).Accuracy(test) > 0.9);
    }

    [Fact]
    public void The_support_vector_machine_minimizes_its_objective()
    {
        // One row per class at ±1: w = b-symmetric, and by hand ½w² + (1 − w)²·2 is least at w = 4/5.
        var table = new LabelledTable(Tensor.Create([-1.0, 1], [2, 1]), [0, 1]);
        var svm = new LinearSvm(table, seed: 0, tolerance: 1e-10);

        Assert.Equal(2 * 0.8, svm.CoefficientSizes.Single(), 1e-8);
        Assert.Equal(2 * 0.04, svm.Loss(table), 1e-8);
    }

    [Fact]
    public void A_split_takes_each_row_once()
    {
        var irises = LabelledTable.OfResource("data/iris.csv");
        (LabelledTable train, LabelledTable test) = irises.Split(seed: 3);

        Assert.Equal((105, 45), (train.Count, test.Count));
        Assert.Equal(
            Enumerable.Range(0, 150).Select(row => string.Join(',', irises.Row(row).ToArray())).Order(),
            Enumerable.Range(0, 105).Select(row => string.Join(',', train.Row(row).ToArray()))
                .Concat(Enumerable.Range(0, 45).Select(row => string.Join(',', test.Row(row).ToArray()))).Order());
    }

    [Fact]
    public void Permuting_a_column_leaves_the_others()
    {
        LabelledTable permuted = Corners.WithPermuted(column: 0, [3, 2, 1, 0]);

        Assert.Equal([1.0, 0, 1, 1, 0, 0, 0, 1], permuted.Features.ToArray());
    }
}
