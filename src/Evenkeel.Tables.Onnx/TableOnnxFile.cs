using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Onnx;
using Evenkeel.Onnx.Writing;
using Evenkeel.Tables.Onnx.Writing;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Onnx;

/// <summary>Models of tables as ONNX files, which take the raw columns.</summary>
/// <remarks>
/// <para>
/// The file has an input per column, with its name: a number is <c>tensor(double)</c> [N, 1], NaN where it is missing; a category is
/// <c>tensor(string)</c> [N, 1], empty where it is missing. A text is compared as it is: blanks around it, and texts that stand for a
/// missing value, are for the reader of the table.
/// </para>
/// <para>
/// A classification gives <c>label</c>, <c>tensor(string)</c> [N], the most probable class, and <c>probabilities</c>,
/// <c>tensor(float)</c> [N, classes], in the order of <see cref="TableModel.Classes"/>. A regression gives <c>value</c>,
/// <c>tensor(double)</c> [N, 1]. If a column has the name of an output, the output is <c>label.2</c> and so on.
/// </para>
/// <para>
/// What <see cref="TableModel.Predict(TableSource, CancellationToken)"/> refuses as an error of a cell, such as an infinity or a number
/// without a logarithm, is computed on as IEEE 754 has it.
/// </para>
/// <para>Source: https://onnx.ai/onnx/operators/, ai.onnx and ai.onnx.ml.</para>
/// </remarks>
public static class TableOnnxFile
{
    /// <summary>Writes a model for inference.</summary>
    /// <param name="path">The file, which is replaced once the new one is complete.</param>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="options">
    /// The settings; the defaults if null. <see cref="OnnxSaveOptions.Opset"/> and <see cref="OnnxSaveOptions.Fold"/> apply.
    /// </param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentNullException">The model is null.</exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentException">The options name an input or an output, or ask for a softmax.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The version of the operators is not one that can be written.</exception>
    /// <exception cref="NotSupportedException">ONNX has no form of the preparation of some columns; all are named.</exception>
    /// <exception cref="NotSupportedException">ONNX has no form of some layers; all are named.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static OnnxSaveReport Save(string path, TableModel model, OnnxSaveOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (byte[] file, OnnxSaveReport report) = Write(model, options);
        OnnxFile.Replace(path, file);
        return report;
    }

    /// <summary>Gives the bytes of the file that <see cref="Save"/> writes.</summary>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="options">
    /// The settings; the defaults if null. <see cref="OnnxSaveOptions.Opset"/> and <see cref="OnnxSaveOptions.Fold"/> apply.
    /// </param>
    /// <returns>The bytes of the file, and what was done.</returns>
    /// <exception cref="ArgumentNullException">The model is null.</exception>
    /// <exception cref="ArgumentException">The options name an input or an output, or ask for a softmax.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The version of the operators is not one that can be written.</exception>
    /// <exception cref="NotSupportedException">ONNX has no form of the preparation of some columns; all are named.</exception>
    /// <exception cref="NotSupportedException">ONNX has no form of some layers; all are named.</exception>
    public static (byte[] File, OnnxSaveReport Report) Write(TableModel model, OnnxSaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        OnnxFile.CheckOpset(options);
        CheckApply(options);
        Layer network = model.Network;
        IReadOnlyList<FoldingEntry> folded = [];
        if (options.Fold)
        {
            network = Folding.Fold(network, out folded);
        }

        IReadOnlyList<ColumnPreparation> columns = model.Preparation.Columns;
        HashSet<string> names = [.. columns.Select(column => column.Name)];
        bool isClassification = model.Task == TableTask.Classification;
        string[] outputs = isClassification
            ? [Free("label", names), Free("probabilities", names)]
            : [Free("value", names)];
        var graph = new GraphWriter(options.Opset, [.. names, .. outputs]);
        OnnxValue features = PreparationWriter.Write(graph, columns);
        OnnxValue output = NetworkWriter.Write(graph, network, features);
        if (isClassification)
        {
            OutputWriter.WriteClasses(graph, model.Classes, output, outputs[0], outputs[1]);
        }
        else
        {
            OutputWriter.WriteNumber(graph, model.Target, output, outputs[0]);
        }

        return (OnnxFile.ToBytes(graph, (OnnxFile.TableKey, model.Label)), new OnnxSaveReport(graph.Graph.Node.Count, folded));
    }

    private static void CheckApply(OnnxSaveOptions options)
    {
        var defaults = new OnnxSaveOptions();
        string? given = options.InputName != defaults.InputName ? nameof(options.InputName)
            : options.OutputName != defaults.OutputName ? nameof(options.OutputName)
            : options.Softmax ? nameof(options.Softmax)
            : null;
        if (given is not null)
        {
            throw new ArgumentException(
                $"{given} does not apply to the model of a table: its inputs are the columns, and a classification gives probabilities.",
                nameof(options));
        }
    }

    /// <summary>A name that no column has.</summary>
    private static string Free(string name, HashSet<string> columns)
    {
        string free = name;
        for (int i = 2; columns.Contains(free); i++)
        {
            free = FormattableString.Invariant($"{name}.{i}");
        }

        return free;
    }
}
