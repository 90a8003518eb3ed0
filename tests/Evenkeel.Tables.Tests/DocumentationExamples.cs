using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Profiles;
using Evenkeel.Tests;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests;

/// <summary>The code of docs/tables.</summary>
[Collection(nameof(ProcessWideState))]
public sealed class DocumentationExamples : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;

    public DocumentationExamples()
    {
        Environment.CurrentDirectory = _folder.Path;
        foreach (string name in (string[])["customers.csv", "new-customers.csv"])
        {
            File.Copy(Path.Combine(Repository.Root, "samples/tables/customers.csv"), name);
        }
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        _folder.Dispose();
    }

    [Fact]
    public void The_pages_show_the_code_of_this_file() =>
        Assert.All(DocumentedCode.In("tests/Evenkeel.Tables.Tests/DocumentationExamples.cs"), example =>
            Assert.Contains(example.Code, DocumentedCode.Page(example.Page), StringComparison.Ordinal));

    [Theory]
    [InlineData("docs/tables/README.md", "Evenkeel.Tables", "Evenkeel.Tables.Profiles")]
    [InlineData(
        "docs/tables/preparation.md", "System.Numerics.Tensors", "Evenkeel.Scaling", "Evenkeel.Tables", "Evenkeel.Tables.Preparation")]
    [InlineData("docs/tables/training.md", "Evenkeel.Tables")]
    public void The_first_example_of_a_page_has_the_namespaces_that_it_needs(string page, params string[] namespaces)
    {
        string code = File.ReadAllText(Path.Combine(Repository.Root, page)).Split("```csharp\n")[1].Split("```")[0];
        Assert.StartsWith(string.Concat(namespaces.Select(name => $"using {name};\n")) + "\n", code, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_described()
    {
        File.Copy("customers.csv", "train.csv.gz");

        // docs/tables/README.md
        var file = new TableFile("train.csv.gz", new TableFileOptions { Missing = ["NA"] });
        TableProfile profile = TableProfile.Of(file);
        foreach (ColumnProfile column in profile.Columns)
        {
            Console.WriteLine($"{column.Name}: {column.Kind}, {column.Missing} missing");
        }

        // end
        Assert.Equal(ColumnKind.Id, profile.Columns[0].Kind);
    }

    [Fact]
    public void A_model_is_trained_saved_and_used()
    {
        // docs/tables/training.md
        var table = new TableFile("customers.csv");
        TableTrainingResult result = TableTrainer.Train(table, new TableTrainingOptions { Label = "churned" });
        Console.WriteLine(result.Validation);                      // 40 rows: accuracy 0.875, log loss 0.3122
        Console.WriteLine(result.Validation!.Classification.Confusion);
        result.Model.Save("churn.evenkeel");
        // end

        Assert.Equal("40 rows: accuracy 0.875, log loss 0.3122", result.Validation.ToString());

        // docs/tables/training.md
        TableModel model = TableModel.Load("churn.evenkeel");
        TablePredictions predictions = model.Predict(new TableFile("new-customers.csv"));
        string first = predictions.Class(0);                       // "no"
        float probability = predictions.Probabilities(0)[predictions.ClassIndex(0)];
        // end

        Assert.Equal("no", first);
        Assert.InRange(probability, 0.5f, 1);

        // docs/tables/training.md
        IReadOnlyList<TableEvaluation> folds = TableTrainer.CrossValidate(table, new TableTrainingOptions { Label = "churned" }, folds: 5);
        double accuracy = folds.Average(fold => fold.Score);       // for a regression, Score is R²
        // end

        Assert.InRange(accuracy, 0.75, 1);
    }

    [Fact]
    public void Columns_are_prepared()
    {
        // docs/tables/preparation.md
        var preparation = new TablePreparation(
            new NumberPreparation("age"),
            new NumberPreparation("income", () => new ScalerPipeline(new LogScaler(), new StandardScaler())),
            new CategoryPreparation("plan", ["basic", "plus", "family"]) { Encoding = CategoryEncoding.Ordinal },
            new CategoryPreparation("city") { MinimumCount = 20 });
        Tensor<float> features = preparation.FitTransform(new TableFile("customers.csv"));
        preparation.Save("preparation.json");
        Tensor<float> others = TablePreparation.Load("preparation.json").Transform(new TableFile("new-customers.csv"));
        // end

        Assert.Equal(features.Elements().ToArray(), others.Elements().ToArray());
        Assert.Equal(
            ["age", "age=missing", "income", "income=missing", "plan", "city=Lisbon", "city=Porto", "city=(other)", "city=(missing)"],
            preparation.FeatureNames);

        // docs/tables/preparation.md
        var options = new TableTrainingOptions
        {
            Label = "churned",
            Except = ["joined"],
            Preparations = [new CategoryPreparation("calls")],     // numbers as categories; all other columns by default
        };
        // end

        Assert.Contains("calls=0", TableTrainer.Train(new TableFile("customers.csv"), options).Model.Preparation.FeatureNames);
    }
}
