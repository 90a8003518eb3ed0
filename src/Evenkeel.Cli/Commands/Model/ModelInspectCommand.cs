using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Onnx;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model inspect</c>: prints the layers of a model and the condition of its normalizations.</summary>
internal static class ModelInspectCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = ModelArgument.Create("FILE", "A model file, a checkpoint, an ONNX file, or another safetensors file.");
        Option<bool> json = SharedOptions.Json("Print one line of JSON on standard output.");
        var options = new OnnxOptions();
        var command = new DocumentedCommand(
            "inspect", "Print the layers of a model and the condition of its normalizations; of other safetensors files the tensors.")
        {
            path,
        };
        command.Sections.Add(("Columns of normalizations",
        [
            ("γ near 0", FormattableString.Invariant($"channels whose |γ| is below {NormalizationState.Small}")),
            ("tiny", FormattableString.Invariant($"running variances below {RunningState.TinyBelow}")),
            ("huge", FormattableString.Invariant($"running variances above {RunningState.HugeAbove}")),
            ("variance of", "the variance that is kept: of the sample, with Bessel's correction, or of the population"),
            ("batches", "batches that running statistics have taken in"),
        ]));
        command.AddGroup("Output", json);
        command.AddGroup("ONNX", options.All);
        command.Examples.Add(("evenkeel model inspect digits.evenkeel", "a model"));
        command.Examples.Add(("evenkeel model inspect net.onnx", "a network of another program, its producer and its conventions"));
        command.Examples.Add(("evenkeel model inspect weights.safetensors --json", "tensors of another program, for a program"));
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(path);
            OnnxNetwork? onnx = OnnxModels.IsName(name) ? ModelArgument.LoadOnnx(name, options.Read(parsed, name)) : null;
            using SafetensorsFile file = onnx is null ? ModelArgument.Open(name) : OnnxModels.ToFile(onnx);
            ModelFile? model = onnx is not null ? OnnxModels.ToModel(onnx)
                : ModelFile.IsModel(file) ? ModelArgument.Load(file, name)
                : null;
            ModelInspection inspection = ModelArgument.Naming(name, () => new ModelInspection(name, file, model, onnx));
            if (parsed.GetValue(json))
            {
                ModelRendering.WriteJson(terminal.Output, inspection);
            }
            else
            {
                ModelRendering.WriteText(terminal, inspection);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
