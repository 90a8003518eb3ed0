using Evenkeel.Onnx;
using Evenkeel.Scaling;
using Evenkeel.Tables.Onnx.Tests.Support;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Onnx.Tests;

/// <summary>Models of tables as ONNX files, run by ONNX Runtime on raw columns and compared with the library.</summary>
public sealed class TableOnnxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, CategoryEncoding.OneHot, 17)]
    [InlineData(2, CategoryEncoding.Embedding, 21)]
    [InlineData(4, CategoryEncoding.OneHot, 21)]
    [InlineData(4, CategoryEncoding.Ordinal, 23)]
    [InlineData(4, CategoryEncoding.Embedding, 20)]
    public void A_classification_gives_the_same_classes_and_probabilities(int classes, CategoryEncoding encoding, int opset)
    {
        (TableModel model, RawTable rows, TableFile table) = Train(classes, encoding);
        Assert.Equal(classes, model.Classes.Count);
        TablePredictions expected = model.Predict(table);
        Assert.Equal(expected.AllProbabilities, Reloaded(model).Predict(table).AllProbabilities);
        foreach (bool fold in (bool[])[false, true])
        {
            (byte[] file, OnnxSaveReport report) = TableOnnxFile.Write(model, new() { Opset = opset, Fold = fold });
            Assert.Equal(fold, report.Folding.Any(entry => entry.IsFolded));
            using var runtime = new TableRuntime(file);
            Assert.Equal(model.Preparation.Columns.Select(column => column.Name), runtime.Inputs);
            Assert.Equal(["label", "probabilities"], runtime.Outputs);
            Array[] outputs = runtime.Run(rows, model.Preparation.Columns);
            AssertClasses(expected, (string[])outputs[0], (float[])outputs[1]);
        }
    }

    [Theory]
    [InlineData(CategoryEncoding.OneHot, 21)]
    [InlineData(CategoryEncoding.Ordinal, 17)]
    [InlineData(CategoryEncoding.Embedding, 23)]
    public void A_regression_gives_the_same_numbers(CategoryEncoding encoding, int opset)
    {
        (TableModel model, RawTable rows, TableFile table) = Train(0, encoding);
        TablePredictions expected = model.Predict(table);
        Assert.Equal(expected.AllValues, Reloaded(model).Predict(table).AllValues);
        using var runtime = new TableRuntime(TableOnnxFile.Write(model, new() { Opset = opset }).File);
        Assert.Equal(["value"], runtime.Outputs);
        double[] values = (double[])runtime.Run(rows, model.Preparation.Columns)[0];
        Assert.Equal(rows.Rows, values.Length);
        Assert.All(values.Zip(expected.AllValues.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-6 * Math.Abs(pair.Second)));
    }

    [Fact]
    public void Columns_keep_their_names_whatever_they_are()
    {
        string[] names =
        [
            "label", "probabilities", "label.2", "a/b:c \"d\",e", "Größe ∑ 🌊", "label.missing", "0", "softmax", "features", "value",
        ];
        string[] kind = Cells(i => i % 3 == 0 ? "x" : i % 3 == 1 ? "y" : "");
        RawTable rows = RawTable.Of(
        [
            ("is", Cells(i => i * 7 % 5 > 2 ? "yes" : "no")),
            .. names.Select((name, c) => (name, c == 1 ? kind : Cells(i => i % (c + 4) == 0 ? "" : $"{i * (c + 3) % 17}.5"))),
        ]);
        TableFile table = rows.Write(_folder, "t.csv");
        TableModel model = TableTrainer.Train(table, Options("is", [])).Model;
        Assert.Equal(names, model.Preparation.Columns.Select(column => column.Name));
        using var runtime = new TableRuntime(TableOnnxFile.Write(model).File);
        Assert.Equal(names, runtime.Inputs);
        Assert.Equal(["label.3", "probabilities.2"], runtime.Outputs);
        Array[] outputs = runtime.Run(rows, model.Preparation.Columns);
        AssertClasses(model.Predict(table), (string[])outputs[0], (float[])outputs[1]);

        static string[] Cells(Func<int, string> cell) => [.. Enumerable.Range(0, 60).Select(cell)];
    }

    [Fact]
    public void Preparations_without_an_exact_form_are_refused_all_at_once()
    {
        (TableModel model, _, TableFile table) = Train(0, CategoryEncoding.OneHot);
        var e = Assert.Throws<NotSupportedException>(() => TableOnnxFile.Write(With(
            new NumberPreparation("age", () => new QuantileTransformer()),
            new NumberPreparation("income", () => new ScalerPipeline(new LogScaler(), new KBinsDiscretizer(3))),
            new NumberPreparation("rooms"),
            new CategoryPreparation("city") { RefuseUnseen = true })));
        Assert.Equal(
            "ONNX has no form of the preparation of 3 columns: column 'age' has a QuantileTransformer; column 'income' has a "
            + "KBinsDiscretizer; column 'city' refuses texts that were not seen (RefuseUnseen).",
            e.Message);
        AssertRefused("column 'debt' has a YeoJohnsonScaler", new NumberPreparation("debt", () => new YeoJohnsonScaler()));
        AssertRefused("column 'age' has a RowNormalizer", new NumberPreparation("age", () => new RowNormalizer()));
        AssertRefused(
            "column 'city' has a category with an empty text", new CategoryPreparation("city", ["", "Ulm", "Berlin"]));

        void AssertRefused(string message, ColumnPreparation column) => Assert.Contains(
            message, Assert.Throws<NotSupportedException>(() => TableOnnxFile.Write(With(column))).Message, StringComparison.Ordinal);

        TableModel With(params ColumnPreparation[] columns)
        {
            var preparation = new TablePreparation(columns);
            preparation.Fit(table);
            var network = new Networks.Sequential(new Layers.Linear(preparation.Width, 1, new Numerics.RandomSource(1)));
            return new TableModel(TableTask.Regression, model.Label, [], (0, 1), preparation, network);
        }
    }

    [Fact]
    public void Options_that_do_not_apply_are_refused()
    {
        (TableModel model, _, _) = Train(2, CategoryEncoding.OneHot);
        Refuse<ArgumentException>("InputName does not apply", new() { InputName = "x" });
        Refuse<ArgumentException>("OutputName does not apply", new() { OutputName = "y" });
        Refuse<ArgumentException>("Softmax does not apply", new() { Softmax = true });
        Refuse<ArgumentOutOfRangeException>("16", new() { Opset = 16 });
        Assert.Throws<ArgumentNullException>(() => TableOnnxFile.Write(null!));
        Assert.Throws<ArgumentException>(() => TableOnnxFile.Save("", model));

        void Refuse<T>(string message, OnnxSaveOptions options)
            where T : Exception =>
            Assert.Contains(message, Assert.Throws<T>(() => TableOnnxFile.Write(model, options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_as_a_whole_and_is_not_read_back()
    {
        (TableModel model, _, _) = Train(2, CategoryEncoding.OneHot);
        string path = _folder.Write("m.onnx", [1, 2, 3]);
        OnnxSaveReport report = TableOnnxFile.Save(path, model);
        (byte[] file, OnnxSaveReport written) = TableOnnxFile.Write(model);
        Assert.Equal(written.Nodes, report.Nodes);
        Assert.Equal(file, File.ReadAllBytes(path));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
        Assert.Equal(
            "The file takes the columns of a table, whose preparation is not read back; use the model file that it was written from.",
            Assert.Throws<InvalidDataException>(() => OnnxFile.Load(path)).Message);

        // A file that cannot be written leaves the old one.
        Assert.Throws<ArgumentException>(() => TableOnnxFile.Save(path, model, new() { Softmax = true }));
        Assert.Equal(file, File.ReadAllBytes(path));
        Assert.ThrowsAny<IOException>(() => TableOnnxFile.Save(Path.Combine(_folder.Path, "none", "m.onnx"), model));
    }

    private static void AssertClasses(TablePredictions expected, string[] labels, float[] probabilities)
    {
        Assert.Equal(Enumerable.Range(0, expected.Count).Select(expected.Class), labels);
        Assert.Equal(expected.AllProbabilities.Length, probabilities.Length);
        Assert.All(probabilities.Zip(expected.AllProbabilities.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    private static TableTrainingOptions Options(string label, IReadOnlyList<ColumnPreparation> preparations) => new()
    {
        Label = label,
        Preparations = preparations,
        Hidden = [16, 8],
        Epochs = 6,
    };

    /// <summary>A model, and a table that it was not trained on.</summary>
    private (TableModel Model, RawTable Rows, TableFile Table) Train(int classes, CategoryEncoding encoding)
    {
        TableFile training = Customers.Table(300, classes, isNew: false).Write(_folder, "training.csv");
        RawTable rows = Customers.Table(200, classes, isNew: true);
        TableTrainingOptions options = Options("outcome", Customers.Preparations(encoding));
        return (TableTrainer.Train(training, options).Model, rows, rows.Write(_folder, "new.csv"));
    }

    private TableModel Reloaded(TableModel model)
    {
        string path = Path.Combine(_folder.Path, "m.evenkeel");
        model.Save(path);
        return TableModel.Load(path);
    }
}
