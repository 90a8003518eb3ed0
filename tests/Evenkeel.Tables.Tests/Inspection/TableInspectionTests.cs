using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tables.Inspection;

namespace Evenkeel.Tables.Tests.Inspection;

public class TableInspectionTests
{
    private const int Rows = 150;

    [Fact]
    public void Outputs_of_batch_normalization_are_its_inputs_by_the_running_statistics()
    {
        TableTrainingResult result = Train(isClassification: true);
        NormalizationEffect effect = Assert.Single(TableInspection.Of(result, 0).Normalizations);
        var layer = (BatchNorm)result.Model.Network.NamedLayers().Single(named => named.Path == effect.Path).Layer;
        Assert.Equal("BatchNorm", effect.Type);
        Assert.Equal(6, effect.Inputs.Count);
        for (int c = 0; c < 6; c++)
        {
            double scale = layer.Weight!.Values[c] / Math.Sqrt(layer.RunningStatistics!.VarianceAt(c) + layer.Epsilon);
            double mean = (effect.Inputs[c].Mean - layer.RunningStatistics.Mean[c]) * scale + layer.Bias!.Values[c];
            Assert.Equal(result.TrainingRows, effect.Inputs[c].Count);
            Assert.Equal(mean, effect.Outputs[c].Mean, 1e-4);
            Assert.Equal(effect.Inputs[c].PopulationVariance * scale * scale, effect.Outputs[c].PopulationVariance, 1e-4);
        }

        Assert.Equal(layer.Weight!.Values.ToArray().Max(), effect.Weight!.Value.Max);
        Assert.Equal(layer.Bias!.Values.ToArray().Min(), effect.Bias!.Value.Min);
        Assert.Equal(layer.RunningStatistics!.Mean.Max(), effect.Running!.Value.Mean.Max);
    }

    [Fact]
    public void An_inspection_changes_no_bit_of_the_model()
    {
        TableTrainingResult result = Train(isClassification: true);
        byte[] before = Bytes(result.Model);
        TableInspection first = TableInspection.Of(result, 0), second = TableInspection.Of(result, 0);
        Assert.Equal(before, Bytes(result.Model));
        Assert.Equal(first.Importances, second.Importances);
        Assert.Equal(first.Coefficients, second.Coefficients);
        Assert.Equal(first.Normalizations[0].Outputs, second.Normalizations[0].Outputs);
    }

    [Fact]
    public void The_guess_is_the_most_frequent_class_of_the_training_rows()
    {
        TableTrainingResult result = Train(isClassification: true);
        TableInspection inspection = TableInspection.Of(result, 0);
        Assert.True(inspection.IsHeldOut);
        Assert.Equal("many", inspection.Baseline.Class);
        Assert.Equal(20 / 30.0, inspection.Baseline.Score, 1e-12);
        Assert.Null(inspection.Predictions);
        Assert.Equal(["unused"], inspection.NotChosen);
    }

    [Fact]
    public void The_guess_of_a_number_is_the_mean_and_errors_count_all_rows()
    {
        TableTrainingResult result = Train(isClassification: false);
        TableInspection inspection = TableInspection.Of(result, 0);
        PredictionPairs predictions = inspection.Predictions!;
        double[] targets = [.. predictions.Pairs.Select(pair => pair.Actual)];
        Assert.Equal(30, predictions.Rows);
        Assert.Equal(30, predictions.Errors.Counts.ToArray().Sum());
        double mean = result.Model.Target.Center;
        Assert.Equal(targets.Average(target => Math.Abs(target - mean)), inspection.Baseline.Regression!.MeanAbsoluteError, 1e-9);
        Assert.Equal(
            predictions.Pairs.Average(pair => Math.Abs(pair.Predicted - pair.Actual)),
            inspection.Measured.Regression.MeanAbsoluteError,
            1e-6);
    }

    [Fact]
    public void Prepared_numbers_are_those_of_the_training_rows()
    {
        TableTrainingResult result = Train(isClassification: true);
        ColumnInspection size = TableInspection.Of(result, 0).Columns[0];
        Assert.Equal("size", size.Profile.Name);
        Assert.Equal(result.TrainingRows, size.Values!.Moments.Count);
        Assert.Equal(0, size.Values.Moments.Mean, 1e-6);
        Assert.Equal(1, size.Values.Moments.PopulationVariance, 1e-5);
        Assert.Equal(result.TrainingRows, size.Values.Histogram.Counts.ToArray().Sum());
        Assert.Null(TableInspection.Of(result, 0).Columns[1].Values);
    }

    [Fact]
    public void A_cancelled_inspection_throws()
    {
        TableTrainingResult result = Train(isClassification: false);
        Assert.Throws<OperationCanceledException>(() => TableInspection.Of(result, 0, new CancellationToken(canceled: true)));
    }

    private static TableTrainingResult Train(bool isClassification)
    {
        var random = new RandomStream(5, 0);
        double[] size = [.. Enumerable.Range(0, Rows).Select(row => random.Normal((ulong)row))];
        TableColumns table = new TableColumns()
            .Add("size", size)
            .Add("colour", [.. Enumerable.Range(0, Rows).Select(row => row % 2 == 0 ? "red" : "blue")])
            .Add("unused", [.. size.Select(x => 2 * x)]);
        table = isClassification
            ? table.Add("label", [.. Enumerable.Range(0, Rows).Select(row => row % 3 == 0 ? "few" : "many")])
            : table.Add("label", [.. size.Select((x, row) => 3 * x + 0.1 * random.Uniform((ulong)(Rows + row)))]);
        return TableTrainer.Train(table, new TableTrainingOptions { Label = "label", Except = ["unused"], Hidden = [6], Epochs = 3 });
    }

    private static byte[] Bytes(TableModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return stream.ToArray();
    }
}
