using System.Text;
using Evenkeel.Metrics;

namespace Evenkeel.Tables;

/// <summary>Measures a model chunk by chunk, on rows whose label is the last column that was read.</summary>
/// <param name="model">The model.</param>
internal sealed class TableMeasurement(TableModel model)
{
    private const string Missing = "is missing, and cannot be measured by";

    private readonly ClassificationMetrics? _classification =
        model.Task == TableTask.Classification ? new ClassificationMetrics(model.Classes.Count, names: model.Classes) : null;

    private readonly RegressionMetrics _regression = new();

    private readonly Dictionary<string, int> _codes =
        model.Classes.Select((name, code) => (name, code)).ToDictionary(pair => pair.name, pair => pair.code, StringComparer.Ordinal);

    /// <summary>The number of rows.</summary>
    public long Rows => _classification?.Count ?? _regression.Count;

    /// <summary>The measures of all rows.</summary>
    public TableEvaluation Result => _classification is null ? new TableEvaluation(_regression) : new TableEvaluation(_classification);

    /// <summary>Adds the rows of a chunk.</summary>
    /// <exception cref="TableCellException">A label is none that the model knows.</exception>
    public void Add(string table, TableChunk chunk, TablePredictions predictions)
    {
        int column = model.Preparation.Columns.Count;
        if (_classification is null)
        {
            double[] numbers = chunk.Numbers(column).ToArray();
            int wrong = Array.FindIndex(numbers, double.IsNaN);
            if (wrong >= 0)
            {
                throw Error(wrong, chunk.Kinds(column)[wrong] == CellKind.Missing ? Missing : "is not a number");
            }

            _regression.Add(numbers, predictions.AllValues);
            return;
        }

        int[] codes = new int[chunk.Rows];
        for (int row = 0; row < codes.Length; row++)
        {
            if (!_codes.TryGetValue(Encoding.UTF8.GetString(chunk.ValidText(column, row, table, model.Label)), out codes[row]))
            {
                throw Error(row, chunk.Kinds(column)[row] == CellKind.Missing ? Missing : "is no class of the model");
            }
        }

        _classification.Add(codes, predictions.AllProbabilities);

        TableCellException Error(int row, string problem) =>
            new(table, chunk.Describe(row), model.Label, Encoding.UTF8.GetString(chunk.Utf8Text(column, row)), problem);
    }
}
