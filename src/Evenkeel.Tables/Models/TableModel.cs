using System.Text;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tables.Preparation;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>A network with the preparation of its table: from raw columns to classes or numbers.</summary>
/// <remarks>
/// A classifier's network ends with one logit per class, whose softmax are the probabilities. A regressor's network gives
/// (target − center) / scale. The file is a model file (<see cref="ModelFile"/>), which holds the preparation beside the network.
/// </remarks>
public sealed class TableModel
{
    private const string Format = "evenkeel-table-model";
    private const int Version = 1;

    private readonly Predictor _predictor;

    internal TableModel(
        TableTask task,
        string label,
        IReadOnlyList<string> classes,
        (double Center, double Scale) target,
        TablePreparation preparation,
        Layer network)
    {
        Task = task;
        Label = label;
        Classes = classes;
        Target = target;
        Preparation = preparation;
        Network = network;
        _predictor = network.Compile([preparation.Width]);
    }

    /// <summary>What the model predicts.</summary>
    public TableTask Task { get; }

    /// <summary>The name of the column that the model predicts.</summary>
    public string Label { get; }

    /// <summary>The names of the classes, numbers in their order, others in ordinal order; empty for a regression.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How the other columns become the network's inputs.</summary>
    public TablePreparation Preparation { get; }

    /// <summary>
    /// The network, from features [N, <see cref="TablePreparation.Width"/>] to logits [N, classes] or a scaled number [N, 1].
    /// </summary>
    public Layer Network { get; }

    /// <summary>The mean of the target in training, and the standard deviation by which it was divided; (0, 1) for classes.</summary>
    public (double Center, double Scale) Target { get; }

    /// <summary>The number of outputs of the network.</summary>
    internal int Outputs => Task == TableTask.Classification ? Classes.Count : 1;

    /// <summary>Predicts all rows of a table.</summary>
    /// <param name="table">The table, with the columns of the preparation in any order; further columns are ignored.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentNullException">The table is null.</exception>
    /// <exception cref="InvalidDataException">The table lacks a column, or has it twice, or cannot be read.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public TablePredictions Predict(TableSource table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var probabilities = new List<float>();
        var values = new List<double>();
        using TableReader reader = table.Open();
        Predict(reader, (_, predictions) =>
        {
            probabilities.AddRange(predictions.AllProbabilities);
            values.AddRange(predictions.AllValues);
        }, cancellationToken);
        return new TablePredictions(Classes, probabilities.ToArray(), values.ToArray());
    }

    /// <summary>Measures how well the model predicts the labels of a table.</summary>
    /// <param name="table">The table, with the label and the columns of the preparation, in any order.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentNullException">The table is null.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, lacks a column, or has it twice, or cannot be read.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared, or a label is none that the model knows.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public TableEvaluation Evaluate(TableSource table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var measures = new TableMeasurement(this);
        using TableReader reader = table.Open();
        Predict(reader, (chunk, predictions) => measures.Add(reader.Name, chunk, predictions), cancellationToken, reader.Find([Label]));
        return measures.Rows > 0 ? measures.Result : throw new InvalidDataException($"'{table.Name}' has no rows.");
    }

    /// <summary>Predicts a table of any size chunk by chunk.</summary>
    /// <param name="reader">The table at its beginning.</param>
    /// <param name="take">Takes a chunk, whose first columns are those of the preparation, and its predictions, in order.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <param name="further">Further columns to read, behind those of the preparation.</param>
    internal void Predict(
        TableReader reader,
        Action<TableChunk, TablePredictions> take,
        CancellationToken cancellationToken,
        params IReadOnlyList<int> further) => Preparation.Transform(
            reader, (chunk, features) => take(chunk, Predict(features)), null, cancellationToken, further);

    /// <summary>Predicts rows of features.</summary>
    internal TablePredictions Predict(ReadOnlySpan<float> features)
    {
        int rows = features.Length / Preparation.Width;
        float[] outputs = new float[rows * Outputs];
        _predictor.Predict(features, outputs, rows);
        return OfOutputs(outputs);
    }

    /// <summary>The predictions that outputs of the network mean.</summary>
    internal TablePredictions OfOutputs(float[] outputs)
    {
        if (Task == TableTask.Regression)
        {
            return new TablePredictions([], default, Array.ConvertAll(outputs, output => output * Target.Scale + Target.Center));
        }

        float[] probabilities = new float[outputs.Length];
        for (int start = 0; start < outputs.Length; start += Outputs)
        {
            SoftmaxRows.Apply(outputs.AsSpan(start, Outputs), probabilities.AsSpan(start, Outputs));
        }

        return new TablePredictions(Classes, probabilities, default);
    }

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file, by convention *.evenkeel; an existing one is replaced.</param>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public void Save(string path) => ToFile().Save(path);

    /// <summary>Writes the model to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream) => ToFile().Write(stream);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">Not a complete model of a table; the message says what is wrong.</exception>
    public static TableModel Load(string path) => Of(ModelFile.Load(path));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">Not a complete model of a table; the message says what is wrong.</exception>
    public static TableModel Read(Stream stream) => Of(ModelFile.Read(stream));

    /// <summary>The model of a table that a model file holds.</summary>
    /// <exception cref="InvalidDataException">It holds none, or one of another version, or one that does not fit the network.</exception>
    internal static TableModel Of(ModelFile file)
    {
        if (file.Table is not { } text)
        {
            throw new InvalidDataException("The file has a network, but no preparation of a table: it was not trained on one.");
        }

        var fields = JsonFields.Parse(Encoding.UTF8.GetBytes(text));
        if (fields.Text("format") is var format && format != Format)
        {
            throw fields.Error("format", $"is \"{format}\"; expected \"{Format}\"");
        }

        if (fields.Long("version") is var version && version != Version)
        {
            throw fields.Error("version", Invariant($"is {version}; this version of the library reads version {Version}"));
        }

        TableTask task = fields.Choice<TableTask>("task");
        string label = fields.Text("label");
        string[] classes = fields.Texts("classes");
        double center = fields.Number("center"), scale = fields.Number("scale", minimum: double.Epsilon);
        TablePreparation preparation = TablePreparation.ReadColumns(fields);
        fields.End();
        if (task == TableTask.Classification ? classes.Length < 2 : classes.Length > 0)
        {
            throw fields.Error("classes", Invariant($"has {classes.Length} classes, which does not fit a {JsonNames.Of(task)}"));
        }

        if (classes.CountBy(name => name).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            throw fields.Error("classes", $"has \"{twice}\" twice");
        }

        if (preparation.Columns.Any(column => column.Name == label))
        {
            throw fields.Error("label", $"is \"{label}\", a column that the model predicts from");
        }

        try
        {
            var model = new TableModel(task, label, classes, (center, scale), preparation, file.Network);
            return model._predictor.OutputLength == model.Outputs
                ? model
                : throw new InvalidDataException(Invariant(
                    $"The network has {model._predictor.OutputLength} outputs; the model of the table has {model.Outputs}."));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"The network does not fit the preparation of the table: {e.Message}", e);
        }
    }

    /// <summary>The content of a file.</summary>
    internal ModelFile ToFile()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            json.WriteString("task", JsonNames.Of(Task));
            json.WriteString("label", Label);
            json.WriteStartArray("classes");
            foreach (string name in Classes)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteNumber("center", Target.Center);
            json.WriteNumber("scale", Target.Scale);
            Preparation.WriteColumns(json);
            json.WriteEndObject();
        }

        return new ModelFile(Network)
        {
            Table = Encoding.UTF8.GetString(stream.ToArray()),
            SampleShape = [Preparation.Width],
        };
    }
}
