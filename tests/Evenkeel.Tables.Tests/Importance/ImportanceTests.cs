using Evenkeel.Tables.Importance;
using Evenkeel.Tables.Tests.Support;

namespace Evenkeel.Tables.Tests.Importance;

public sealed class ImportanceTests
{
    private static readonly Lazy<TableTrainingResult> Classifier = new(() => Train(asNumber: false));
    private static readonly Lazy<TableTrainingResult> Regressor = new(() => Train(asNumber: true));

    [Fact]
    public void The_columns_that_the_label_depends_on_are_the_important_ones()
    {
        foreach (TableTrainingResult result in (TableTrainingResult[])[Classifier.Value, Regressor.Value])
        {
            IReadOnlyList<ColumnImportance> importances = PermutationImportance.Of(result.Model, result.Rows);

            Assert.Equal(["size", "weight", "color"], importances.Select(column => column.Name));
            Assert.True(importances[0].Mean > importances[2].Mean, string.Join('\n', importances));
            Assert.True(importances[2].Mean > importances[1].Mean + 0.02, string.Join('\n', importances));
            Assert.Equal(0, importances[1].Mean, 0.05);
        }
    }

    [Fact]
    public void Importances_depend_on_the_seed_alone_and_leave_the_rows_as_they_were()
    {
        TableTrainingResult result = Classifier.Value;
        float[] before = [.. result.Rows.Features];
        IReadOnlyList<ColumnImportance> one = PermutationImportance.Of(result.Model, result.Rows, repetitions: 2, seed: 4);

        Assert.Equal(one, PermutationImportance.Of(result.Model, result.Rows, repetitions: 2, seed: 4));
        Assert.NotEqual(one, PermutationImportance.Of(result.Model, result.Rows, repetitions: 2, seed: 5));
        Assert.Equal(before, result.Rows.Features);
    }

    [Fact]
    public void Coefficients_have_the_signs_of_the_effects()
    {
        foreach (TableTrainingResult result in (TableTrainingResult[])[Classifier.Value, Regressor.Value])
        {
            string? name = result == Classifier.Value ? "yes" : null;
            IReadOnlyList<FeatureCoefficient> coefficients = LinearCoefficients.Of(result.Model, result.Rows);

            Assert.Equal(result.Model.Preparation.FeatureNames, coefficients.Select(coefficient => coefficient.Feature));
            Assert.All(coefficients, coefficient => Assert.Equal(name, coefficient.Class));
            double Value(string feature) => coefficients.Single(coefficient => coefficient.Feature == feature).Value;
            Assert.True(Value("size") > Math.Abs(Value("weight")), string.Join('\n', coefficients));
            Assert.True(Value("color=red") > Value("color=green"), string.Join('\n', coefficients));
        }
    }

    private static TableTrainingResult Train(bool asNumber) => TableTrainer.Train(
        TestTables.Mixed(300, asNumber),
        new TableTrainingOptions { Label = "y", Hidden = [16], Epochs = 40, BatchSize = 16, LearningRate = 0.01 });
}
