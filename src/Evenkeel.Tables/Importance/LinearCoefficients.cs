using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Scaling;
using Evenkeel.Training;

namespace Evenkeel.Tables.Importance;

/// <summary>The coefficients of a linear model of the standardized features, which compare features with each other.</summary>
/// <remarks>
/// A logistic regression, or a linear one, with a small weight decay. The coefficients of two classes are those of the second. Of features
/// that depend on each other, coefficients are as arbitrary as in any linear model.
/// </remarks>
internal static class LinearCoefficients
{
    private const int MostRows = 20_000;
    private const int Epochs = 30;
    private const int BatchSize = 100;
    private const double LearningRate = 0.01;
    private const double WeightDecay = 1e-3;

    /// <summary>Fits the linear model and returns its coefficients, feature by feature.</summary>
    /// <param name="model">The model whose preparation made the features.</param>
    /// <param name="rows">The rows to fit to; the first 20,000 are used.</param>
    /// <param name="seed">The seed of the order of rows.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static IReadOnlyList<FeatureCoefficient> Of(
        TableModel model, PreparedRows rows, ulong seed = 0, CancellationToken cancellationToken = default)
    {
        int count = Math.Min(rows.RowNumbers.Length, MostRows), width = model.Preparation.Width;
        var table = new ReadOnlyTensorSpan<float>(rows.Features.AsSpan(0, count * width), [count, width]);
        var scaler = new StandardScaler();
        scaler.Fit(table);
        Tensor<float> features = Tensor.CreateFromShape<float>([count, width]);
        scaler.Transform(table, features.AsTensorSpan());
        var linear = new Linear(width, model.Outputs, bias: true);
        var network = new Sequential(linear);
        var optimizer = new AdamW(LearningRate, weightDecay: WeightDecay) { Groups = [ParameterGroup.WithoutWeightDecay(network)] };
        var options = new FitOptions
        {
            Epochs = Epochs,
            BatchSize = Math.Min(BatchSize, count),
            Seed = seed,
            Schedule = LearningRateSchedule.Cosine,
        };
        if (model.Task == TableTask.Classification)
        {
            new Trainer<int>(network, new SoftmaxCrossEntropy(), optimizer).Fit(
                new Dataset<int>(features, Tensor.Create(rows.Codes.AsSpan(0, count).ToArray(), [count])),
                options,
                cancellationToken: cancellationToken);
        }
        else
        {
            (double center, double scale) = model.Target;
            float[] targets = Array.ConvertAll(rows.Numbers[..count], number => (float)((number - center) / scale));
            new Trainer<float>(network, new MeanSquaredError(), optimizer).Fit(
                new Dataset<float>(features, Tensor.Create(targets, [count, 1])), options, cancellationToken: cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return [.. model.Preparation.FeatureNames.SelectMany((feature, f) => Coefficients(model, feature, f, linear))];
    }

    private static IEnumerable<FeatureCoefficient> Coefficients(TableModel model, string feature, int index, Linear linear)
    {
        float Weight(int output) => linear.Weight.Values[output * linear.Inputs + index];
        return model.Task == TableTask.Regression ? [new FeatureCoefficient(feature, null, Weight(0))]
            : model.Classes.Count == 2 ? [new FeatureCoefficient(feature, model.Classes[1], Weight(1) - Weight(0))]
            : model.Classes.Select((name, c) => new FeatureCoefficient(feature, name, Weight(c)));
    }
}
