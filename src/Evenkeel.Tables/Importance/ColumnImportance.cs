namespace Evenkeel.Tables.Importance;

/// <summary>How much a model relies on a column.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Mean">
/// The mean loss of score (accuracy or R²) where the cells of the column are shuffled among the rows; about 0 if the model does not use it.
/// </param>
/// <param name="Deviation">The standard deviation of that loss over the repetitions.</param>
public sealed record ColumnImportance(string Name, double Mean, double Deviation);
