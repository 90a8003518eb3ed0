using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary>Predicts the rows of a table with a model of a table, and writes a line for each.</summary>
/// <param name="model">The model.</param>
/// <param name="reader">The table at its beginning.</param>
/// <param name="keep">Columns of the table to copy, instead of the number of the row.</param>
/// <param name="allProbabilities">Whether to write the probability of each class, not of the predicted one alone.</param>
/// <param name="asJson">Whether to write JSON, not CSV.</param>
internal sealed class TablePrediction(TableModel model, TableReader reader, string[] keep, bool allProbabilities, bool asJson)
{
    private readonly StringBuilder _lines = new();
    private readonly CellWarnings _warnings = new(model.Preparation.Columns);
    private TableMeasurement? _measurement;

    /// <summary>The number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>The measures, if the table has the label in every row; null otherwise.</summary>
    public TableEvaluation? Evaluation => _measurement is { Rows: > 0 } measured ? measured.Result : null;

    /// <summary>Checks the options against the model, before anything is written.</summary>
    /// <param name="file">The file of the model, for messages.</param>
    /// <exception cref="UsageException">A kept column is named twice or as one of the output, or there are no probabilities.</exception>
    public void CheckOptions(string file)
    {
        if (allProbabilities && model.Task == TableTask.Regression)
        {
            throw new UsageException($"--probabilities applies to classes; '{file}' predicts numbers.");
        }

        if (keep.CountBy(name => name).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            throw new UsageException($"--keep names '{twice}' twice.");
        }

        if (Array.Find(keep, name => PredictedColumns.Contains(name, StringComparer.Ordinal)) is { } written)
        {
            throw new UsageException($"--keep '{written}': the output has a column of this name; rename that of the table.");
        }
    }

    /// <summary>What the user should know about the cells, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings.Sentences;

    /// <summary>Predicts all rows.</summary>
    /// <exception cref="InvalidDataException">The table lacks a column, or cannot be read.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    /// <exception cref="IOException">The table cannot be read, or the output not written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Run(TextWriter writer, CancellationToken cancellationToken)
    {
        bool hasLabel = reader.Columns.Count(name => name == model.Label) == 1;
        _measurement = hasLabel ? new TableMeasurement(model) : null;
        if (!asJson)
        {
            WriteHeader();
        }

        int first = model.Preparation.Columns.Count, kept = first + (hasLabel ? 1 : 0);
        model.Predict(
            reader,
            (chunk, predictions) =>
            {
                Measure(chunk, predictions);
                _warnings.Add(chunk);
                for (int row = 0; row < predictions.Count; row++)
                {
                    if (asJson)
                    {
                        WriteJson(chunk, kept, predictions, row);
                    }
                    else
                    {
                        WriteCsv(chunk, kept, predictions, row);
                    }
                }

                Rows += predictions.Count;
                writer.Write(_lines.ToString());
                _lines.Clear();
            },
            cancellationToken,
            reader.Find([.. hasLabel ? [model.Label] : Array.Empty<string>(), .. keep]));
        writer.Write(_lines.ToString()); // the header, where there are no rows
        _lines.Clear();
    }

    /// <summary>The names of the columns, or of the members of JSON, that hold predictions.</summary>
    private string[] PredictedColumns =>
    [
        "prediction",
        .. model.Task == TableTask.Regression ? []
            : asJson ? allProbabilities ? ["probability", "probabilities"] : ["probability"]
            : allProbabilities ? model.Classes.Select(name => $"probability of {name}")
            : (IEnumerable<string>)["probability"],
    ];

    /// <summary>Measures the rows of a chunk, unless a label is missing or unknown, as in rows to be predicted.</summary>
    private void Measure(TableChunk chunk, TablePredictions predictions)
    {
        try
        {
            _measurement?.Add(reader.Name, chunk, predictions);
        }
        catch (TableCellException)
        {
            _measurement = null;
        }
    }

    private void WriteHeader()
    {
        _lines.AppendJoin(',', (keep.Length == 0 ? ["row"] : keep).Concat(PredictedColumns).Select(PredictionWriter.Quoted)).Append('\n');
    }

    private void WriteCsv(TableChunk chunk, int kept, TablePredictions predictions, int row)
    {
        if (keep.Length == 0)
        {
            _lines.Append(CultureInfo.InvariantCulture, $"{Rows + row + 1}");
        }

        for (int c = 0; c < keep.Length; c++)
        {
            _lines.Append(c > 0 ? "," : "").Append(PredictionWriter.Quoted(Kept(chunk, kept, c, row)));
        }

        if (model.Task == TableTask.Regression)
        {
            _lines.Append(CultureInfo.InvariantCulture, $",{predictions.Value(row)}\n");
            return;
        }

        ReadOnlySpan<float> probabilities = predictions.Probabilities(row);
        int predicted = predictions.ClassIndex(row);
        _lines.Append(',').Append(PredictionWriter.Quoted(model.Classes[predicted]));
        foreach (float probability in allProbabilities ? probabilities : probabilities.Slice(predicted, 1))
        {
            _lines.Append(CultureInfo.InvariantCulture, $",{probability}");
        }

        _lines.Append('\n');
    }

    private string Kept(TableChunk chunk, int kept, int column, int row) =>
        Encoding.UTF8.GetString(chunk.ValidText(kept + column, row, reader.Name, keep[column]));

    private void WriteJson(TableChunk chunk, int kept, TablePredictions predictions, int row)
    {
        var json = new JsonObject();
        if (keep.Length == 0)
        {
            json["row"] = Rows + row + 1;
        }

        for (int c = 0; c < keep.Length; c++)
        {
            json[keep[c]] = Kept(chunk, kept, c, row);
        }

        if (model.Task == TableTask.Regression)
        {
            json["prediction"] = predictions.Value(row);
        }
        else
        {
            ReadOnlySpan<float> probabilities = predictions.Probabilities(row);
            int predicted = predictions.ClassIndex(row);
            json["prediction"] = model.Classes[predicted];
            json["probability"] = probabilities[predicted];
            if (allProbabilities)
            {
                var all = new JsonObject();
                for (int c = 0; c < probabilities.Length; c++)
                {
                    all[model.Classes[c]] = probabilities[c];
                }

                json["probabilities"] = all;
            }
        }

        _lines.Append(json.ToJsonString()).Append('\n');
    }
}
