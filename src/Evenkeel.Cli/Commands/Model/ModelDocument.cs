using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Onnx;

namespace Evenkeel.Cli.Commands.Model;

/// <summary>A model from a file, which a command changes and writes to another: a model file, or an ONNX file by its name.</summary>
internal sealed class ModelDocument
{
    private readonly OnnxNetwork? _onnx;

    private ModelDocument(string path, ModelFile model, OnnxNetwork? onnx) => (Path, Model, _onnx) = (path, model, onnx);

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The model.</summary>
    public ModelFile Model { get; }

    /// <summary>Creates <c>--out</c>.</summary>
    public static Option<string> Output() => SharedOptions.RequiredFile(
        "--out", "File to write: an ONNX file if its name ends with .onnx, otherwise a model file; - for a model on standard output.");

    /// <summary>Checks the output of a command that has files and folders as inputs, before minutes of work depend on it.</summary>
    /// <exception cref="UsageException">The path is one of the inputs, or a file in one of them.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static OutputFile CreateOutput(string path, params IEnumerable<string?> inputs)
    {
        string[] given = [.. inputs.OfType<string>()];
        var target = OutputFile.Create(path, given);
        string? folder = File.Exists(path) ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) : null;
        if (folder is not null && given.FirstOrDefault(input => IsFolder(input, folder)) is { } input)
        {
            throw new UsageException($"--out '{path}' is a file of the input folder '{input}'; choose another name.");
        }

        target.CheckWritable();
        return target;

        static bool IsFolder(string input, string folder) =>
            Directory.Exists(input) && System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(input)) == folder;
    }

    /// <summary>Loads a model file or an ONNX file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The settings for an ONNX file.</param>
    /// <param name="notes">Receives what was assumed in reading an ONNX file, a line each.</param>
    /// <exception cref="InvalidDataException">It is no such file; the message has the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelDocument Load(string path, OnnxLoadOptions options, TextWriter notes)
    {
        OnnxNetwork? onnx = OnnxModels.IsName(path) ? ModelArgument.LoadOnnx(path, options) : null;
        foreach (string note in onnx?.Notes ?? [])
        {
            notes.WriteLine($"Note: {OneLine.Of(note)}.");
        }

        return new ModelDocument(path, onnx is null ? ModelArgument.Load(path) : OnnxModels.ToModel(onnx), onnx);
    }

    /// <summary>Throws if the output is an ONNX file that the model cannot be written to, before minutes of work depend on it.</summary>
    /// <exception cref="InvalidDataException">ONNX has no form of some layers, or the model has no sample shape.</exception>
    public void CheckWritable(OutputFile target)
    {
        if (OnnxModels.IsName(target.Path))
        {
            ModelArgument.Naming(Path, () => OnnxModels.Write(Model, SaveOptions(opset: null)));
        }
    }

    /// <summary>The settings of an ONNX file in place of the model's: the version of its operators and its names, if it has some.</summary>
    /// <param name="opset">The version of the operators; null for that of the file that was read, where it can be written.</param>
    public OnnxSaveOptions SaveOptions(int? opset)
    {
        var options = new OnnxSaveOptions();
        return options with
        {
            Opset = opset ?? Math.Clamp(_onnx?.Opset ?? options.Opset, OnnxSaveOptions.MinimumOpset, OnnxSaveOptions.MaximumOpset),
            InputName = _onnx?.InputName ?? options.InputName,
            OutputName = _onnx?.OutputName ?? options.OutputName,
        };
    }

    /// <summary>Writes a network in place of the model's, and a line with the file.</summary>
    /// <param name="results">Receives the line.</param>
    /// <param name="target">The file.</param>
    /// <param name="network">The network.</param>
    /// <param name="opset">The version of ONNX's operators; null for that of the file that was read, where it can be written.</param>
    /// <param name="done">What was done, for the line.</param>
    /// <exception cref="InvalidDataException">ONNX has no form of some layers; the message has the path.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(TextWriter results, OutputFile target, Layer network, int? opset, string done)
    {
        var model = new ModelFile(network) { SampleShape = Model.SampleShape, Scaler = Model.Scaler, Table = Model.Table };
        if (OnnxModels.IsName(target.Path))
        {
            (byte[] file, _) = ModelArgument.Naming(Path, () => OnnxModels.Write(model, SaveOptions(opset)));
            target.Write(stream => stream.Write(file));
        }
        else
        {
            target.Write(stream => model.Write(stream));
        }

        results.WriteLine($"{done}. Written:");
        results.WriteLine("  " + (target.IsStandardOutput ? "standard output" : OneLine.Of(target.Path)));
    }
}
