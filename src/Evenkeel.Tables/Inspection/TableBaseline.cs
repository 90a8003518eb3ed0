using Evenkeel.Metrics;

namespace Evenkeel.Tables.Inspection;

/// <summary>What a guess without any column achieves: the most frequent class of the training rows, or the mean of their labels.</summary>
/// <param name="Class">The class that is guessed; null for a regression.</param>
/// <param name="Score">The accuracy, or R².</param>
/// <param name="Regression">The measures of guessing the mean; null for a classification.</param>
internal sealed record TableBaseline(string? Class, double Score, RegressionMetrics? Regression)
{
    /// <summary>Measures the guess.</summary>
    /// <param name="model">The model, for its classes.</param>
    /// <param name="training">The rows that the guess is from.</param>
    /// <param name="measured">The rows that it is measured on.</param>
    public static TableBaseline Of(TableModel model, PreparedRows training, PreparedRows measured)
    {
        if (model.Task == TableTask.Regression)
        {
            var metrics = new RegressionMetrics();
            double[] guesses = new double[measured.Numbers.Length];
            Array.Fill(guesses, model.Target.Center);
            metrics.Add(measured.Numbers, guesses);
            return new TableBaseline(null, metrics.RSquared, metrics);
        }

        int[] counts = new int[model.Classes.Count];
        Array.ForEach(training.Codes, code => counts[code]++);
        int guess = Array.IndexOf(counts, counts.Max());
        return new TableBaseline(model.Classes[guess], (double)measured.Codes.Count(code => code == guess) / measured.Codes.Length, null);
    }
}
