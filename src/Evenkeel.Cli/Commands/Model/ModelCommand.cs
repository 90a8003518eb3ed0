using System.CommandLine;
using Evenkeel.Cli.Help;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Commands.Model;

/// <summary><c>evenkeel model</c>: looks into model files, converts and compares them.</summary>
internal static class ModelCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        var command = new DocumentedCommand(
            "model", "Inspect, convert, compare, verify, fold, recalibrate and fine-tune models, in files of this library or ONNX files.")
        {
            ModelInspectCommand.Create(terminal),
            ModelConvertCommand.Create(terminal),
            ModelCompareCommand.Create(terminal),
            ModelVerifyCommand.Create(terminal),
            ModelFoldCommand.Create(terminal),
            ModelRecalibrateCommand.Create(terminal, cancellationToken),
            ModelFinetuneCommand.Create(terminal, cancellationToken),
        };
        command.Examples.Add(("evenkeel model inspect digits.evenkeel", "layers, and the condition of the normalizations"));
        command.Examples.Add(
            ("evenkeel model convert net.evenkeel --names torchvision --out net.safetensors", "weights for PyTorch"));
        command.Examples.Add(("evenkeel model compare before.evenkeel after.evenkeel", "which tensors differ, and by how much"));
        command.Examples.Add(("evenkeel model verify net.evenkeel net.onnx", "whether the outputs are equal, and where they are not"));
        command.Examples.Add(("evenkeel model recalibrate net.onnx --data new-images --out adapted.onnx", "without labels"));
        return command;
    }
}
