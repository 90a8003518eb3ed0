using System.Globalization;
using System.Text;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Models;

public sealed class TableTrainerTests
{
    private static readonly TableTrainingOptions Quick = new() { Label = "y", Hidden = [8], Epochs = 8 };

    [Theory]
    [InlineData(CategoryEncoding.OneHot)]
    [InlineData(CategoryEncoding.Ordinal)]
    [InlineData(CategoryEncoding.Embedding)]
    public void Classes_are_learned_from_numbers_categories_and_gaps(CategoryEncoding encoding)
    {
        TableTrainingResult result = TableTrainer.Train(
            TestTables.Mixed(400), Quick with { Encoding = encoding, Epochs = 60, BatchSize = 16, LearningRate = 0.01, Patience = 60 });

        Assert.Equal(["no", "yes"], result.Model.Classes);
        Assert.Equal((320, 80L), (result.TrainingRows, result.Validation!.Rows));
        Assert.True(result.Validation.Score > 0.9, $"accuracy {result.Validation.Score}");
        Assert.Equal(result.Validation.Classification.Confusion.Accuracy, result.Validation.Score);
        Assert.Throws<InvalidOperationException>(() => result.Validation.Regression);
    }

    [Fact]
    public void Numbers_are_predicted_in_the_size_of_the_label()
    {
        TableColumns table = TestTables.Mixed(400, asNumber: true);
        TableTrainingResult result = TableTrainer.Train(
            table, Quick with { Epochs = 80, BatchSize = 16, LearningRate = 0.01, Patience = 80 });
        TablePredictions predictions = result.Model.Predict(table);

        Assert.Equal(TableTask.Regression, result.Model.Task);
        Assert.InRange(result.Model.Target.Center, 1100, 1250);
        Assert.True(result.Validation!.Score > 0.9, result.Validation.ToString());
        Assert.All(Enumerable.Range(0, 400), row => Assert.InRange(predictions.Value(row), 900, 1500));
        Assert.Throws<InvalidOperationException>(() => predictions.Class(0));
        Assert.Throws<InvalidOperationException>(() => result.Validation.Classification);
    }

    [Fact]
    public void Classes_that_are_numbers_are_sorted_as_numbers()
    {
        string?[] labels = [.. Enumerable.Range(0, 40).Select(i => (string?)(i % 4 == 0 ? "10" : i % 2 == 0 ? "9" : "-1.5"))];
        TableColumns table = Feature(40).Add("y", labels);

        Assert.Equal(["-1.5", "9", "10"], TableTrainer.Train(table, Quick).Model.Classes);
        Assert.Equal(["10", "9", "x"], Trained(labels.Select(label => label == "-1.5" ? "x" : label)).Model.Classes);
    }

    [Fact]
    public void A_label_of_few_numbers_is_a_class_and_of_more_than_20_a_number()
    {
        TableColumns table = Feature(100)
            .Add("twenty", [.. Enumerable.Range(0, 100).Select(i => (double)(i % 20))])
            .Add("more", [.. Enumerable.Range(0, 100).Select(i => (double)(i % 21))]);

        Assert.Equal(20, TableTrainer.Train(table, Quick with { Label = "twenty" }).Model.Classes.Count);
        Assert.Equal(TableTask.Regression, TableTrainer.Train(table, Quick with { Label = "more" }).Model.Task);
        Assert.Equal(
            TableTask.Regression, TableTrainer.Train(table, Quick with { Label = "twenty", Task = TableTask.Regression }).Model.Task);
        Assert.Equal(
            21, TableTrainer.Train(table, Quick with { Label = "more", Task = TableTask.Classification }).Model.Classes.Count);
    }

    [Fact]
    public void A_label_that_cannot_be_learned_is_refused()
    {
        AssertRefused("'table': the label 'y' is 'a' in all rows: there is nothing to learn.", Repeated("a"));
        AssertRefused("'table': the label 'y' is missing in all rows.", Repeated(null), Quick with { SkipInvalidRows = true });
        AssertRefused(
            "'table': the label 'y' is missing in 1 row, row 3; SkipInvalidRows leaves these rows out.",
            ["a", "b", null, .. Repeated("a")]);
        AssertRefused(
            "'table': the label 'y' has more than 1,000 different values, too many for classes.",
            [.. Enumerable.Range(0, 1001).Select(i => $"class {i}")]);
        TableCellException error = Assert.Throws<TableCellException>(() =>
            Trained(["a", "b", "a"], Quick with { Task = TableTask.Regression }));
        Assert.Equal("'table', row 1, column 'y': 'a' is not a number.", error.Message);

        static string?[] Repeated(string? label) => [.. Enumerable.Repeat(label, 10)];
    }

    [Fact]
    public void A_label_of_a_thousand_classes_is_learned()
    {
        TableTrainingResult result = Trained(Enumerable.Range(0, 2000).Select(i => $"class {i % 1000}"), Quick with { Epochs = 1 });

        Assert.Equal(1000, result.Model.Classes.Count);
    }

    [Fact]
    public void A_label_of_one_number_or_of_huge_ones_is_refused()
    {
        TableTrainingOptions options = Quick with { Task = TableTask.Regression };
        double[] same = [.. Enumerable.Repeat(3.0, 9)];
        Assert.Equal(
            "'table': the label 'y' is '3' in all rows: there is nothing to learn.",
            Assert.Throws<InvalidDataException>(() => TableTrainer.Train(Feature(9).Add("y", same), options)).Message);
        double[] huge = [.. Enumerable.Range(0, 30).Select(i => i % 2 == 0 ? 1.7e308 : -1.7e308)];
        Assert.Contains(
            "'table': the values of the label 'y'",
            Assert.Throws<InvalidDataException>(() => TableTrainer.Train(Feature(30).Add("y", huge), options)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_a_label_can_be_left_out()
    {
        string?[] labels = [.. Enumerable.Range(0, 50).Select(i => i % 5 == 0 ? null : i % 2 == 0 ? "a" : "b")];
        TableTrainingResult result = Trained(labels, Quick with { SkipInvalidRows = true });

        Assert.Equal(40, result.TrainingRows + result.Validation!.Rows);
        Assert.DoesNotContain(result.Rows.RowNumbers.Concat(result.ValidationRows.RowNumbers), row => labels[row] is null);
    }

    [Fact]
    public void Ragged_rows_are_an_error_or_left_out()
    {
        using var folder = new TemporaryFolder();
        var text = new StringBuilder("size,y\n");
        for (int row = 0; row < 40; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row * 0.5},{(row % 2 == 0 ? "a" : "b")}{(row == 11 ? ",more" : "")}\n");
        }

        var file = new TableFile(folder.Write("ragged.csv", Encoding.UTF8.GetBytes(text.ToString())));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => TableTrainer.Train(file, Quick));

        Assert.EndsWith("line 13: 3 instead of 2 cells; SkipInvalidRows leaves these rows out.", error.Message, StringComparison.Ordinal);
        TableTrainingResult result = TableTrainer.Train(file, Quick with { SkipInvalidRows = true });
        Assert.Equal(39, result.TrainingRows + result.Validation!.Rows);
    }

    [Fact]
    public void Dates_ids_texts_constants_and_empty_columns_are_left_out_unless_they_are_named()
    {
        TableColumns table = Feature(60)
            .Add("id", [.. Enumerable.Range(1, 60).Select(i => (double)i)])
            .Add("when", Column(i => $"2024-01-{1 + i % 28:00}"))
            .Add("remark", Column(i => $"remark number {i}"))
            .Add("constant", Column(_ => "same"))
            .Add("empty", Column(_ => null))
            .Add("y", Column(i => i % 2 == 0 ? "a" : "b"));
        TableTrainingResult result = TableTrainer.Train(table, Quick);

        Assert.Equal(["size"], result.Model.Preparation.FeatureNames);
        Assert.Equal(
            ["id (id)", "when (date)", "remark (text)", "constant (constant)", "empty (empty)"],
            result.LeftOut.Select(column => column.Description));
        TableTrainingResult named = TableTrainer.Train(table, Quick with { Columns = ["id", "when"] });
        Assert.Equal(["id", "when"], named.Model.Preparation.Columns.Select(column => column.Name));
        Assert.Equal(
            "'table' has no column to predict 'y' from; left out: empty (empty).",
            Assert.Throws<InvalidDataException>(() => TableTrainer.Train(table, Quick with { Columns = ["empty"] })).Message);

        static string?[] Column(Func<int, string?> cell) => [.. Enumerable.Range(0, 60).Select(cell)];
    }

    [Fact]
    public void Columns_that_do_not_exist_or_contradict_each_other_are_named()
    {
        TableColumns table = TestTables.Mixed(20);
        AssertMessage(
            "'mixed' has no columns 'a', 'b'; it has 'size', 'weight', 'color', 'y'.", Quick with { Columns = ["a"], Except = ["b"] });
        AssertMessage("'mixed' has no column 'Y'; it has 'size', 'weight', 'color', 'y'.", Quick with { Label = "Y" });
        AssertMessage("The label 'y' cannot be a column to predict from.", Quick with { Columns = ["size", "y"] });
        AssertMessage(
            "There are two preparations for the column 'size'.",
            Quick with { Preparations = [new NumberPreparation("size"), new NumberPreparation("size")] });
        AssertMessage(
            "The column 'size' is to be left out, and to be predicted from as well.", Quick with { Columns = ["size"], Except = ["size"] });
        AssertMessage(
            "The column 'color' has a preparation, but is not among the columns to predict from.",
            Quick with { Columns = ["size"], Preparations = [new CategoryPreparation("color")] });

        void AssertMessage(string message, TableTrainingOptions options) =>
            Assert.Equal(message, Assert.Throws<InvalidDataException>(() => TableTrainer.Train(table, options)).Message);
    }

    [Fact]
    public void A_duplicated_column_is_an_error_unless_it_is_left_out()
    {
        TableColumns table = Feature(40).Add("twice", Enumerable.Range(0, 40).Select(i => i * 0.3).ToArray());
        table.Add("twice", Enumerable.Range(0, 40).Select(i => i * 0.7).ToArray())
            .Add("y", [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "a" : "b")]);

        Assert.Equal(
            "'table' has more than one column with the name 'twice'.",
            Assert.Throws<InvalidDataException>(() => TableTrainer.Train(table, Quick)).Message);
        Assert.Equal(["size"], TableTrainer.Train(table, Quick with { Except = ["twice"] }).Model.Preparation.FeatureNames);
    }

    [Fact]
    public void A_column_of_numbers_with_a_few_texts_is_refused()
    {
        string?[] cells = [.. Enumerable.Range(0, 100).Select(i => i == 40 ? "n.a." : (i * 0.5).ToString(CultureInfo.InvariantCulture))];
        using var folder = new TemporaryFolder();
        string text = "x,y\n" + string.Concat(cells.Select((cell, i) => $"{cell},{(i % 2 == 0 ? "a" : "b")}\n"));
        string path = folder.Write("nearly.csv", Encoding.UTF8.GetBytes(text));

        string message = Assert.Throws<InvalidDataException>(() => TableTrainer.Train(new TableFile(path), Quick)).Message;
        Assert.Contains(
            "column 'x': 1 of 100 cells are not numbers, such as 'n.a.'; Missing reads such texts as missing",
            message,
            StringComparison.Ordinal);
        TableTrainingResult result = TableTrainer.Train(new TableFile(path, new TableFileOptions { Missing = ["n.a."] }), Quick);
        Assert.Equal(["x", "x=missing"], result.Model.Preparation.FeatureNames);
    }

    [Fact]
    public void Tables_too_small_to_learn_from_are_refused()
    {
        Assert.Equal("'table' has no rows.", Assert.Throws<InvalidDataException>(() => Trained([])).Message);
        Assert.Contains("1 row", Assert.Throws<InvalidDataException>(() => Trained(["a", "b"])).Message, StringComparison.Ordinal);
        Assert.Equal(2, Trained(["a", "b"], Quick with { Validation = 0 }).TrainingRows);
        Assert.Equal((3, 1L), Trained(["a", "b", "a", "b"]) is var four ? (four.TrainingRows, four.Validation!.Rows) : default);
        Assert.Equal(2, TableTrainer.Train(Feature(3).Add("y", [1.0, 2, 3]), Quick with { Task = TableTask.Regression }).TrainingRows);
        Assert.Throws<InvalidDataException>(() =>
            TableTrainer.Train(Feature(2).Add("y", [1.0, 2]), Quick with { Task = TableTask.Regression }));
    }

    [Fact]
    public void A_step_of_one_row_has_no_variance()
    {
        TableTrainingOptions options = Quick with { BatchSize = 1, Epochs = 1 };
        string message = Assert.Throws<InvalidDataException>(() => TableTrainer.Train(TestTables.Mixed(20), options)).Message;

        Assert.Contains("cannot be trained on 'mixed': A batch of 1 has too few samples for 'norm1'", message, StringComparison.Ordinal);
        Assert.EndsWith("set a larger BatchSize.", message, StringComparison.Ordinal);
        Assert.Equal(16, TableTrainer.Train(TestTables.Mixed(20), options with { Normalization = null }).TrainingRows);
    }

    [Fact]
    public void Settings_out_of_range_are_refused_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { Validation = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { Validation = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { Dropout = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { BatchSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { LearningRate = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { WeightDecay = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { LabelSmoothing = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => TableTrainer.CrossValidate(TestTables.Mixed(20), Quick, folds: 1));
    }

    [Fact]
    public void A_model_keeps_its_preparation_when_the_options_are_used_again()
    {
        TableColumns table = TestTables.Mixed(60);
        TableTrainingOptions options = Quick with
        {
            Preparations =
            [
                new CategoryPreparation("color"),
                new NumberPreparation("size", () => new ScalerPipeline(new LogScaler(), new StandardScaler())),
            ],
        };
        TableModel model = TableTrainer.Train(table, options).Model;
        float[] before = Probabilities(model.Predict(table));
        TableTrainer.CrossValidate(table, options, folds: 2);

        Assert.All(options.Preparations, preparation => Assert.False(preparation.IsFitted));
        Assert.Equal(before, Probabilities(model.Predict(table)));
    }

    [Fact]
    public void Statistics_are_those_of_the_training_rows_alone()
    {
        // Each row has a category of its own: those that were counted are the rows of the fit.
        TableColumns table = Feature(40)
            .Add("row", [.. Enumerable.Range(0, 40).Select(row => $"r{row:00}")])
            .Add("y", [.. Enumerable.Range(0, 40).Select(row => row % 2 == 0 ? "a" : "b")]);
        TableTrainingResult result = TableTrainer.Train(table, Quick with { Preparations = [new CategoryPreparation("row")] });
        var column = (CategoryPreparation)result.Model.Preparation.Columns[1];

        Assert.Equal(32, column.Counts.Count);
        Assert.Equal(result.Rows.RowNumbers.Select(row => $"r{row:00}"), column.Counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(8, result.ValidationRows.RowNumbers.Length);
        Assert.Empty(result.ValidationRows.RowNumbers.Intersect(result.Rows.RowNumbers));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0)]
    public void Each_row_is_in_one_fold_and_no_row_of_a_fold_is_in_its_fit(double validation)
    {
        // A text that did not occur in the fit stops the training at once, so that one fold at a time fails, by the row it probes.
        string[] rows = [.. Enumerable.Range(0, 24).Select(row => $"r{row:00}")];
        TableColumns table = Feature(24).Add("row", rows).Add("y", [.. Enumerable.Range(0, 24).Select(row => row % 2 == 0 ? "a" : "b")]);
        var options = Quick with { Epochs = 1, Validation = validation };
        TableCellException error = Assert.Throws<TableCellException>(() => TableTrainer.CrossValidate(
            table, options with { Preparations = [new CategoryPreparation("row") { RefuseUnseen = true }] }, folds: 4));
        Assert.Contains("did not occur in the fit", error.Message, StringComparison.Ordinal);

        IReadOnlyList<TableEvaluation> folds = TableTrainer.CrossValidate(table, options, folds: 4);
        Assert.Equal(24, folds.Sum(fold => fold.Rows));
        Assert.All(folds, fold => Assert.Equal(6, fold.Rows));
        Assert.All(folds, fold => Assert.Equal(3, fold.Classification.Confusion.Scores(0).Support));
    }

    [Fact]
    public void A_fold_is_not_learned_by_heart()
    {
        // The label is random, and a category that occurs in one row only would tell it, were that row in the fit.
        var random = new Random(3);
        TableColumns table = Feature(60)
            .Add("row", [.. Enumerable.Range(0, 60).Select(row => $"r{row:00}")])
            .Add("y", [.. Enumerable.Range(0, 60).Select(_ => random.Next(2) == 0 ? "a" : "b")]);
        var options = Quick with
        {
            Columns = ["row"],
            Preparations = [new CategoryPreparation("row")],
            Epochs = 40,
            LearningRate = 0.03,
            Validation = 0,
            Dropout = 0,
            BatchSize = 16,
        };

        Assert.True(TableTrainer.Train(table, options).Training.Score > 0.95);
        Assert.InRange(TableTrainer.CrossValidate(table, options, folds: 3).Average(fold => fold.Score), 0.2, 0.8);
    }

    [Fact]
    public void Folds_that_a_class_is_too_rare_for_are_refused()
    {
        TableColumns table = Feature(13).Add("y", [.. Enumerable.Range(0, 13).Select(row => row < 10 ? "a" : "b")]);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => TableTrainer.CrossValidate(table, Quick, folds: 5));

        Assert.Equal(
            "'table': 'b' is the label 'y' of 3 rows; at least 5 of each class are needed for 5 folds; choose fewer folds.", error.Message);
        Assert.Throws<InvalidDataException>(() => TableTrainer.CrossValidate(table, Quick, folds: 2));
        Assert.Equal(3, TableTrainer.CrossValidate(table, Quick, folds: 3).Count);
        Assert.Equal(2, TableTrainer.CrossValidate(table, Quick with { Validation = 0 }, folds: 2).Count);
    }

    [Fact]
    public void A_class_of_a_single_row_is_trained_on_and_never_held_out()
    {
        string?[] labels = [.. Enumerable.Range(0, 40).Select(row => row == 7 ? "rare" : row % 2 == 0 ? "a" : "b")];
        TableColumns table = Feature(40).Add("y", labels);
        for (ulong seed = 0; seed < 5; seed++)
        {
            TableTrainingOptions options = Quick with { Epochs = 1, Seed = seed };
            TableTrainingResult result = TableTrainer.Train(table, options);
            Assert.Contains(7, result.Rows.RowNumbers);
            Assert.Equal(40, result.Rows.RowNumbers.Union(result.ValidationRows.RowNumbers).Count());
            Assert.Equal(result.Rows.RowNumbers.Order(), result.Rows.RowNumbers);
            Assert.Equal(["rare"], result.NeverHeldOut);
            Assert.Equal(39, TableTrainer.CrossValidate(table, options, folds: 3).Sum(fold => fold.Rows));
        }
    }

    [Fact]
    public void A_cancelled_training_throws()
    {
        using var source = new CancellationTokenSource();
        TableTrainingOptions options = Quick with { EpochCompleted = epoch => source.Cancel() };

        Assert.Throws<OperationCanceledException>(() => TableTrainer.Train(TestTables.Mixed(40), options, source.Token));
        Assert.Throws<OperationCanceledException>(() => TableTrainer.CrossValidate(TestTables.Mixed(40), options, 2, source.Token));
    }

    [Fact]
    public void Balanced_classes_are_as_probable_as_each_other()
    {
        string?[] labels = [.. Enumerable.Range(0, 200).Select(row => row % 10 == 0 ? "rare" : "frequent")];
        TableTrainingOptions options = Quick with { Validation = 0, Epochs = 40, LearningRate = 0.01, Dropout = 0 };

        Assert.InRange(Probability(options), 0.05, 0.2);
        Assert.InRange(Probability(options with { BalanceClasses = true }), 0.35, 0.65);

        double Probability(TableTrainingOptions settings)
        {
            TablePredictions predictions = Trained(labels, settings).Model.Predict(Feature(200));
            return Enumerable.Range(0, 200).Average(row => (double)predictions.Probabilities(row)[1]);
        }
    }

    private static float[] Probabilities(TablePredictions predictions) => predictions.AllProbabilities.ToArray();

    private static TableColumns Feature(int rows) =>
        new TableColumns().Add("size", [.. Enumerable.Range(0, rows).Select(row => row * 7 % 13 + row / 100.0)]);

    private static TableTrainingResult Trained(IEnumerable<string?> labels, TableTrainingOptions? options = null)
    {
        string?[] cells = [.. labels];
        return TableTrainer.Train(Feature(cells.Length).Add("y", cells), options ?? Quick);
    }

    private static void AssertRefused(string message, string?[] labels, TableTrainingOptions? options = null) =>
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Trained(labels, options)).Message);
}
