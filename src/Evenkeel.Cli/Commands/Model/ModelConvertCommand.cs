using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Onnx;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model convert</c>: writes the tensors of a file for other programs.</summary>
internal static class ModelConvertCommand
{
    private const string Torchvision = "torchvision";
    private const string Evenkeel = "evenkeel";
    private const string Float32 = "f32";

    public static Command Create(Terminal terminal)
    {
        Argument<string> path = ModelArgument.Create("FILE", "A model file, a checkpoint, an ONNX file, or another safetensors file.");
        Option<string> output = SharedOptions.RequiredFile("--out", "File to write, - for standard output.");
        Option<string?> names = SharedOptions.OptionalChoice(
            "--names",
            "Names of the tensors of residual networks: those of this library, or those of torchvision (default: as they are).",
            Evenkeel,
            Torchvision);
        Option<string> type = SharedOptions.Choice(
            "--dtype",
            "Type of the elements: keep (default), or f32, which rounds Float64 to Float32. 16-bit floats always become Float32, and "
            + "integers Int64.",
            "keep",
            Float32);
        Option<bool> drop = new("--drop-description")
        {
            Description = "Leave out the description of the network, without which the file is not a model file.",
        };
        Option<int?> opset = OnnxOptions.Opset();
        var onnxOptions = new OnnxOptions();
        Option<bool> fold = new("--fold") { Description = "Fold normalizations into the layers before them where possible." };
        Option<bool> softmax = new("--softmax") { Description = "End with a softmax, for networks that were trained on logits." };
        var command = new DocumentedCommand(
            "convert",
            "Write a model for other programs: as an ONNX file, if the name of the output ends with .onnx, else its tensors. A model stays "
            + "a model if neither names nor types change; the state of training is left out.")
        {
            path,
        };
        command.AddGroup("Output", output, names, type, drop);
        command.AddGroup("ONNX", [opset, fold, softmax, .. onnxOptions.All]);
        command.Examples.Add(("evenkeel model convert net.evenkeel --out net.onnx", "a network that runs everywhere"));
        command.Examples.Add(("evenkeel model convert table.evenkeel --out table.onnx", "a model of a table, with its preparation"));
        command.Examples.Add(("evenkeel model convert net.onnx --out net.evenkeel", "a network that was trained elsewhere"));
        command.Examples.Add(
            ("evenkeel model convert net.evenkeel --names torchvision --out net.safetensors", "weights for PyTorch"));
        command.Examples.Add(
            ("evenkeel model convert checkpoint-0000003000.evenkeel --out net.evenkeel", "the model of a checkpoint"));
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(path);
            OutputFile target = OutputFile.Create(parsed.GetRequiredValue(output), name);
            OnnxOptions.CheckApply(parsed, target, opset, fold, softmax);
            if (OnnxModels.IsName(target.Path))
            {
                if (SharedOptions.FirstGiven(parsed, names, type, drop) is { } other)
                {
                    throw new UsageException($"{other.Name} applies to safetensors files, and '{target.Path}' is an ONNX file.");
                }

                var document = ModelDocument.Load(name, onnxOptions.Read(parsed, name), TextWriter.Null);
                bool hasTable = document.Model.Table is not null;
                if (hasTable && parsed.GetValue(softmax))
                {
                    throw new UsageException(
                        $"{softmax.Name} applies to networks without a table, and '{name}' is the model of one: its ONNX file gives "
                        + "probabilities or numbers.");
                }

                OnnxSaveOptions options = document.SaveOptions(parsed.GetValue(opset)) with
                {
                    Fold = parsed.GetValue(fold),
                    Softmax = parsed.GetValue(softmax),
                };
                (byte[] onnx, OnnxSaveReport report) = ModelArgument.Naming(
                    name, () => hasTable ? OnnxModels.WriteTable(document.Model, options) : OnnxModels.Write(document.Model, options));
                target.Write(stream => stream.Write(onnx));
                foreach (FoldingEntry entry in report.Folding)
                {
                    terminal.Output.WriteLine(entry);
                }

                terminal.Output.WriteLine(
                    Invariant($"convert: {ScaleRendering.Counted(report.Nodes, "node")}, {onnx.Length:N0} bytes. Written:"));
                terminal.Output.WriteLine("  " + OneLine.Of(target.Path));
                return ExitCode.Success;
            }

            using SafetensorsFile file = ModelArgument.Open(name, onnxOptions.Read(parsed, name));
            NamedTensor[] before = [.. ModelArgument.TensorsForInference(file, name)];
            NamedTensor[] tensors = ModelArgument.Naming(
                name, () => Convert(before, parsed.GetValue(names), parsed.GetValue(type) == Float32));
            bool changes = !before.Select(tensor => (tensor.Name, tensor.Type))
                .SequenceEqual(tensors.Select(tensor => (tensor.Name, tensor.Type)));
            bool drops = ModelFile.IsModel(file) && (changes || parsed.GetValue(drop));
            Dictionary<string, string> metadata = MetadataOf(file, drops);
            target.Write(stream => ModelArgument.Naming(name, () => Write(stream, tensors, metadata)));
            if (drops && !parsed.GetValue(drop))
            {
                terminal.Error.WriteLine(
                    "evenkeel: the file has no description of the network, since names or types have changed: it is not a model file.");
            }

            TextWriter writer = target.IsStandardOutput ? terminal.Error : terminal.Output;
            long bytes = tensors.Sum(tensor => tensor.ByteCount);
            writer.WriteLine(Invariant($"convert: {ScaleRendering.Counted(tensors.Length, "tensor")}, {bytes:N0} bytes. Written:"));
            writer.WriteLine("  " + (target.IsStandardOutput ? "standard output" : OneLine.Of(target.Path)));
            return ExitCode.Success;
        });
        return command;
    }

    private static NamedTensor[] Convert(NamedTensor[] tensors, string? names, bool single)
    {
        var renamed = new Dictionary<string, NamedTensor>();
        foreach (NamedTensor tensor in tensors)
        {
            string name = names switch
            {
                Torchvision => TorchvisionNames.ToTorchvision(tensor.Name),
                Evenkeel => TorchvisionNames.FromTorchvision(tensor.Name),
                _ => tensor.Name,
            };
            if (!renamed.TryAdd(name, Convert(tensor, single).WithName(name)))
            {
                throw new InvalidDataException($"Two tensors would have the name '{name}'.");
            }
        }

        return [.. renamed.Values];
    }

    private static NamedTensor Convert(NamedTensor tensor, bool single)
    {
        DataType type = tensor.Type switch
        {
            DataType.Float64 => single ? DataType.Float32 : DataType.Float64,
            DataType.Float32 or DataType.Float16 or DataType.BFloat16 => DataType.Float32,
            DataType.UInt64 => throw new InvalidDataException(
                $"The tensor '{tensor.Name}' has elements of type U64, which no type that is written holds."),
            _ => DataType.Int64,
        };
        if (tensor.Type == DataType.Float64 && type == DataType.Float32)
        {
            CheckRange(tensor);
        }

        return tensor.As(type);
    }

    private static bool Write(Stream stream, NamedTensor[] tensors, Dictionary<string, string> metadata)
    {
        try
        {
            Safetensors.Write(stream, tensors, metadata);
            return true;
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(OneLine.Of(e), e);
        }
    }

    private static void CheckRange(NamedTensor tensor)
    {
        var range = ValueRange.Of(tensor);
        double largest = range.HasValues ? Math.Max(Math.Abs(range.Min), Math.Abs(range.Max)) : 0;
        if (!float.IsFinite((float)largest))
        {
            throw new InvalidDataException(Invariant(
                $"The tensor '{tensor.Name}' has values up to {ValueRange.Shown(largest)}, beyond Float32: leave out --dtype f32."));
        }
    }

    /// <summary>The metadata to write: none about training; no hashes, which are written anew; no description if it is dropped.</summary>
    private static Dictionary<string, string> MetadataOf(SafetensorsFile file, bool drops)
    {
        string[] without =
        [
            Safetensors.TensorHashes, Safetensors.HeaderHash, ModelFile.TrainingKey,
            .. drops ? new[] { ModelFile.ModelKey, ModelFile.ScalerKey, ModelFile.TableKey } : [],
        ];
        return file.Metadata.Where(text => !without.Contains(text.Key)).ToDictionary();
    }
}
