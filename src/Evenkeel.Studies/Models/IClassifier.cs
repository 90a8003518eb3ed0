namespace Evenkeel.Studies.Models;

/// <summary>A trained model that predicts a class.</summary>
internal interface IClassifier
{
    /// <summary>Predicts the class of a row.</summary>
    int Predict(ReadOnlySpan<double> row);

    /// <summary>The fraction of the rows whose class is predicted.</summary>
    double Accuracy(LabelledTable table) =>
        Enumerable.Range(0, table.Count).Count(row => Predict(table.Row(row)) == table.Labels[row]) / (double)table.Count;
}
