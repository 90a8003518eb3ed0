using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Numerics;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Models;

public sealed class TableModelTests
{
    private static readonly TableTrainingOptions Quick = new() { Label = "y", Hidden = [8], Epochs = 3 };

    [Theory]
    [InlineData(CategoryEncoding.OneHot)]
    [InlineData(CategoryEncoding.Ordinal)]
    [InlineData(CategoryEncoding.Embedding)]
    public void A_saved_classifier_predicts_the_same_bits(CategoryEncoding encoding)
    {
        TableColumns table = TestTables.Mixed(100);
        TableModel model = TableTrainer.Train(table, Quick with { Encoding = encoding }).Model;
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model.evenkeel");
        model.Save(path);
        TableModel loaded = TableModel.Load(path);

        Assert.Equal(model.Predict(table).AllProbabilities.ToArray(), loaded.Predict(table).AllProbabilities.ToArray());
        Assert.Equal(("y", TableTask.Classification), (loaded.Label, loaded.Task));
        Assert.Equal(model.Classes, loaded.Classes);
        Assert.Equal(Written(model), Written(loaded));
    }

    [Fact]
    public void A_saved_regressor_predicts_the_same_bits()
    {
        TableColumns table = TestTables.Mixed(100, asNumber: true);
        TableModel model = TableTrainer.Train(table, Quick).Model, loaded = Read(Written(model));

        Assert.Equal(model.Target, loaded.Target);
        Assert.Equal(model.Predict(table).AllValues.ToArray(), loaded.Predict(table).AllValues.ToArray());
        Assert.Equal(model.Evaluate(table).Score, loaded.Evaluate(table).Score);
    }

    [Fact]
    public void Predictions_are_of_columns_by_name()
    {
        TableModel model = TableTrainer.Train(TestTables.Mixed(100), Quick).Model;
        float[] expected = [.. model.Predict(Rows().Add("size", [5.0, 1]).Add("weight", [50, double.NaN])).AllProbabilities];
        TableColumns reordered = new TableColumns()
            .Add("more", [1, 2])
            .Add("weight", [50, double.NaN])
            .Add("size", [5.0, 1])
            .Add("color", new[] { "red", "mauve" });

        Assert.Equal(expected, model.Predict(reordered).AllProbabilities.ToArray());
        Assert.Equal(
            "'table' has no columns 'size', 'weight'; it has 'color'.",
            Assert.Throws<InvalidDataException>(() => model.Predict(Rows())).Message);

        static TableColumns Rows() => new TableColumns().Add("color", new[] { "red", "mauve" });
    }

    [Fact]
    public void Probabilities_add_up_to_1_and_the_class_is_the_most_probable()
    {
        TableColumns table = TestTables.Mixed(50);
        TablePredictions predictions = TableTrainer.Train(table, Quick).Model.Predict(table);

        Assert.Equal((50, 2), (predictions.Count, predictions.Classes.Count));
        for (int row = 0; row < predictions.Count; row++)
        {
            float[] probabilities = predictions.Probabilities(row).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(probabilities[0] >= probabilities[1] ? "no" : "yes", predictions.Class(row));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => predictions.Class(50));
        Assert.Throws<ArgumentOutOfRangeException>(() => predictions.Probabilities(-1).Length);
        Assert.Throws<InvalidOperationException>(() => predictions.Value(0));
    }

    [Fact]
    public void A_prediction_does_not_depend_on_the_rows_beside_it()
    {
        TableModel model = TableTrainer.Train(TestTables.Mixed(50), Quick).Model;
        TablePredictions all = model.Predict(TestTables.Mixed(50));
        TablePredictions first = model.Predict(TestTables.Mixed(1));

        Assert.Equal(first.Probabilities(0).ToArray(), all.Probabilities(0).ToArray());
    }

    [Fact]
    public void An_evaluation_measures_what_the_training_measured()
    {
        TableColumns table = TestTables.Mixed(60);
        TableTrainingResult result = TableTrainer.Train(table, Quick with { Validation = 0 });
        TableEvaluation evaluation = result.Model.Evaluate(table);

        Assert.Null(result.Validation);
        Assert.Equal(result.Training.Score, evaluation.Score);
        Assert.Equal(result.Training.Classification.LogLoss, evaluation.Classification.LogLoss, 1e-12);
        Assert.StartsWith("60 rows: accuracy 0.", evaluation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_cannot_be_measured_is_named()
    {
        TableModel classes = TableTrainer.Train(TestTables.Mixed(60), Quick).Model;
        TableModel numbers = TableTrainer.Train(TestTables.Mixed(60, asNumber: true), Quick).Model;

        AssertMessage(classes, Features().Add("y", new[] { "no", "maybe" }), "row 2, column 'y': 'maybe' is no class of the model.");
        AssertMessage(classes, Features().Add("y", new[] { "no", null }), "row 2, column 'y': '' is missing, and cannot be measured by.");
        AssertMessage(numbers, Features().Add("y", new[] { "x", "x" }), "row 1, column 'y': 'x' is not a number.");
        AssertMessage(numbers, Features().Add("y", [1, double.NaN]), "row 2, column 'y': 'NaN' is missing, and cannot be measured by.");
        Assert.Equal(
            "'table' has no column 'y'; it has 'size', 'weight', 'color'.",
            Assert.Throws<InvalidDataException>(() => classes.Evaluate(Features())).Message);

        static TableColumns Features() =>
            new TableColumns().Add("size", [1.0, 2]).Add("weight", [3.0, 4]).Add("color", new[] { "red", "red" });

        static void AssertMessage(TableModel model, TableColumns table, string message) =>
            Assert.Equal("'table', " + message, Assert.Throws<TableCellException>(() => model.Evaluate(table)).Message);
    }

    [Fact]
    public void A_network_without_a_table_is_no_model_of_one()
    {
        using var stream = new MemoryStream();
        new ModelFile(new Linear(2, 2, new RandomSource(1))).Write(stream);

        Assert.Equal(
            "The file has a network, but no preparation of a table: it was not trained on one.",
            Assert.Throws<InvalidDataException>(() => Read(stream.ToArray())).Message);
    }

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "evenkeel-table-model", "evenkeel-chair-model", "$.format is \"evenkeel-chair-model\"" },
        { "\"version\":1,\"task\"", "\"version\":2,\"task\"", "$.version is 2; this version of the library reads version 1" },
        { "\"task\":\"classification\"", "\"task\":\"regression\"", "$.classes has 2 classes, which does not fit a regression" },
        { "\"task\":\"classification\"", "\"task\":\"guess\"", "$.task is \"guess\"" },
        { "[\"no\",\"yes\"]", "[\"no\"]", "$.classes has 1 classes" },
        { "[\"no\",\"yes\"]", "[\"no\",\"no\"]", "$.classes has \"no\" twice" },
        { "[\"no\",\"yes\"]", "[\"no\",\"yes\",\"maybe\"]", "The network has 2 outputs; the model of the table has 3" },
        { "\"scale\":1", "\"scale\":0", "$.scale is 0; expected at least" },
        { "\"label\":\"y\"", "\"label\":\"size\"", "$.label is \"size\", a column that the model predicts from" },
        { "\"label\":\"y\"", "\"label\":\"y\",\"more\":0", "$ has the unknown field \"more\"" },
        { "\"has_missing\":true", "\"has_missing\":false", "The network does not fit the preparation of the table" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_file_that_contradicts_itself_is_refused(string written, string instead, string message)
    {
        ModelFile file = TableTrainer.Train(TestTables.Mixed(60), Quick with { Epochs = 1 }).Model.ToFile();
        string json = file.Table!;
        int at = json.IndexOf(written, StringComparison.Ordinal);
        Assert.True(at >= 0, json);
        string hostile = json[..at] + instead + json[(at + written.Length)..];
        using var stream = new MemoryStream();
        new ModelFile(file.Network) { Table = hostile, SampleShape = file.SampleShape }.Write(stream);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(stream.ToArray())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_threads_predict_at_once()
    {
        TableColumns table = TestTables.Mixed(200);
        TableModel model = TableTrainer.Train(table, Quick).Model;
        float[] expected = model.Predict(table).AllProbabilities.ToArray();

        Parallel.For(0, 8, _ => Assert.Equal(expected, model.Predict(table).AllProbabilities.ToArray()));
    }

    [Fact]
    public void A_category_that_did_not_occur_in_training_has_a_vector_of_zeros()
    {
        TableModel model = TableTrainer.Train(TestTables.Mixed(60), Quick with { Encoding = CategoryEncoding.Embedding }).Model;
        CategoryEmbedding embedding = model.Network.NamedLayers().Select(named => named.Layer).OfType<CategoryEmbedding>().Single();
        CategoryColumn column = embedding.Columns[0];

        Assert.Equal(((CategoryPreparation)model.Preparation.Columns[2]).Categories.Count + 1, column.Categories);
        Assert.All(embedding.Parameters[0].Values[^column.Dimension..].ToArray(), value => Assert.Equal(0, value));
    }

    private static byte[] Written(TableModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return stream.ToArray();
    }

    private static TableModel Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return TableModel.Read(stream);
    }
}
