using System.Globalization;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Scaling;
using Evenkeel.Tables.Texts;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints what is in a model file or another safetensors file, as text or JSON.</summary>
internal static class ModelRendering
{
    private const string None = "-";

    public static void WriteText(Terminal terminal, ModelInspection file)
    {
        TextWriter output = terminal.Output;
        int? width = terminal.WidthOf(output);
        string name = file.Path == OutputFile.Dash ? "standard input" : OneLine.Of(file.Path);
        if (file.Model is null)
        {
            string hashes = file.HasHashes ? "" : ", without hashes";
            output.WriteLine(Invariant($"{name}: safetensors without a description of a network{hashes}, {file.ByteCount:N0} bytes"));
            output.WriteLine();
            WriteTensors(output, width, file);
            WriteNotFinite(output, file);
            return;
        }

        string kind = file.Training is var (step, epoch)
            ? Invariant($"a checkpoint at step {step:N0}, epoch {epoch:N0}")
            : file.Onnx is { } onnx
                ? Invariant($"an ONNX file of {(onnx.Producer.Length == 0 ? "an unknown producer" : OneLine.Of(onnx.Producer))}, ")
                    + Invariant($"operators of version {onnx.Opset}")
            : "a model";
        output.WriteLine(Invariant($"{name}: {kind}, {file.ByteCount:N0} bytes"));
        output.WriteLine($"sample shape: {(file.Model.SampleShape is { } shape ? Describe(shape) : "not known")}");
        output.WriteLine($"scaler: {Describe(file.Model.Scaler)}");
        output.WriteLine();
        output.WriteLine(OneLinePerLayer(file.Summary!));
        if (file.Normalizations.Count > 0)
        {
            output.WriteLine();
            Normalizations(file.Normalizations, countsBatches: file.Onnx is null).Write(output, width);
        }

        if (file.Misfit is not null)
        {
            output.WriteLine();
            output.WriteLine($"The sample shape does not fit the network: {file.Misfit}");
        }

        WriteNotFinite(output, file);
        foreach (string note in file.Onnx?.Notes ?? [])
        {
            output.WriteLine($"Note: {OneLine.Of(note)}.");
        }
    }

    public static void WriteJson(TextWriter output, ModelInspection file)
    {
        var json = new JsonObject { ["file"] = file.Path, ["kind"] = file.Kind, ["bytes"] = file.ByteCount, ["hashes"] = file.HasHashes };
        if (file.Training is var (step, epoch))
        {
            json["step"] = step;
            json["epoch"] = epoch;
        }

        if (file.Onnx is { } onnx)
        {
            json["producer"] = onnx.Producer;
            json["opset"] = onnx.Opset;
            json["input"] = onnx.InputName;
            json["output"] = onnx.OutputName;
            json["notes"] = ToJson(onnx.Notes);
        }

        if (file.Model is { } model)
        {
            json["sample_shape"] = model.SampleShape is { } shape ? ToJson(shape) : null;
            json["scaler"] = model.Scaler is { } scaler
                ? new JsonObject
                {
                    ["type"] = scaler.Scaler.GetType().Name,
                    ["columns"] = scaler.Scaler.Columns,
                    ["names"] = scaler.ColumnNames is { } names ? ToJson(names) : null,
                }
                : null;
            json["trainable_parameters"] = file.Summary!.TrainableParameters;
            json["other_parameters"] = file.Summary.OtherParameters;
            json["layers"] = new JsonArray([.. file.Summary.Layers.Select(ToJson)]);
            json["normalizations"] = new JsonArray([.. file.Normalizations.Select(ToJson)]);
        }

        json["tensors"] = new JsonArray([.. file.Tensors.Select(pair => ToJson(pair.Tensor, pair.Range))]);
        output.WriteLine(json.ToJsonString());
    }

    private static string OneLinePerLayer(NetworkSummary summary) =>
        string.Join(Environment.NewLine, summary.ToString().Split('\n').Select(Visible.Of));

    private static void WriteTensors(TextWriter output, int? width, ModelInspection file)
    {
        var table = new TextTable(
            [
                ["tensor", "type", "shape", "min", "max", "not finite"],
                .. file.Tensors.Select(pair => new[]
                {
                    OneLine.Of(pair.Tensor.Name),
                    Safetensors.NameOf(pair.Tensor.Type),
                    Shape.Describe(pair.Tensor.Lengths),
                    pair.Range.HasValues ? ValueRange.Shown(pair.Range.Min) : None,
                    pair.Range.HasValues ? ValueRange.Shown(pair.Range.Max) : None,
                    Counted(pair.Range.NotFinite),
                }),
            ],
            words: [0, 1, 2]);
        table.Write(output, width);
        output.WriteLine(Invariant(
            $"{ScaleRendering.Counted(file.Tensors.Count, "tensor")}, {file.Tensors.Sum(pair => pair.Tensor.ElementCount):N0} elements, ")
            + Invariant($"{file.Tensors.Sum(pair => pair.Tensor.ByteCount):N0} bytes"));
    }

    private static TextTable Normalizations(IReadOnlyList<NormalizationState> normalizations, bool countsBatches) => new(
        [
            ["normalization", "layer", "γ", "γ near 0", "β", "running variance", "tiny", "huge", "variance of", "batches", ""],
            .. normalizations.Select(normalization => new[]
            {
                OneLine.Of(normalization.Path),
                normalization.Type,
                normalization.Weight?.ToString() ?? None,
                normalization.Weight is null ? None : Counted(normalization.SmallWeights),
                normalization.Bias?.ToString() ?? None,
                normalization.Running?.Variance.ToString() ?? None,
                normalization.Running is { } tiny ? Counted(tiny.Tiny) : None,
                normalization.Running is { } huge ? Counted(huge.Huge) : None,
                normalization.Running is { } kept ? JsonNames.Of(kept.Estimator) : None,
                countsBatches && normalization.Running is { } running ? Counted(running.Batches) : None,
                normalization.Running is { IsFrozen: true } ? "frozen" : "",
            }),
        ],
        words: [0, 1, 2, 4, 5, 8, 10]);

    private static void WriteNotFinite(TextWriter output, ModelInspection file)
    {
        foreach ((NamedTensor tensor, ValueRange range) in file.NotFinite)
        {
            output.WriteLine(Invariant(
                $"Not finite: {range.NotFinite:N0} of {tensor.ElementCount:N0} values of '{OneLine.Of(tensor.Name)}'."));
        }
    }

    private static string Describe(ScalerFile? scaler) => scaler is null
        ? "none"
        : $"{scaler.Scaler.GetType().Name} of {ScaleRendering.Counted(scaler.Scaler.Columns, "column")}"
            + (scaler.ColumnNames is { } names ? ": " + ColumnSelection.List(names) : "");

    private static string Describe(IReadOnlyList<int> shape) => Shape.Describe([.. shape.Select(length => (nint)length)]);

    private static string Counted(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static JsonObject ToJson(LayerSummary layer) => new()
    {
        ["path"] = layer.Path,
        ["layer"] = layer.Layer.GetType().Name,
        ["output"] = layer.OutputShape is { } shape ? ToJson(shape.Select(length => (long)length)) : null,
        ["trainable_parameters"] = layer.TrainableParameters,
        ["other_parameters"] = layer.OtherParameters,
    };

    private static JsonObject ToJson(NormalizationState normalization) => new()
    {
        ["path"] = normalization.Path,
        ["layer"] = normalization.Type,
        ["weight"] = normalization.Weight?.ToJson(),
        ["weights_near_0"] = normalization.Weight is null ? null : normalization.SmallWeights,
        ["bias"] = normalization.Bias?.ToJson(),
        ["running"] = normalization.Running is { } running
            ? new JsonObject
            {
                ["variance"] = running.Variance.ToJson(),
                ["tiny"] = running.Tiny,
                ["huge"] = running.Huge,
                ["variance_of"] = JsonNames.Of(running.Estimator),
                ["batches"] = running.Batches,
                ["frozen"] = running.IsFrozen,
            }
            : null,
    };

    private static JsonObject ToJson(NamedTensor tensor, ValueRange range) => new()
    {
        ["name"] = tensor.Name,
        ["type"] = Safetensors.NameOf(tensor.Type),
        ["shape"] = ToJson(tensor.Lengths.ToArray().Select(length => (long)length)),
        ["min"] = range.HasValues ? range.Min : null,
        ["max"] = range.HasValues ? range.Max : null,
        ["not_finite"] = range.NotFinite,
    };

    private static JsonArray ToJson<T>(IEnumerable<T> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
