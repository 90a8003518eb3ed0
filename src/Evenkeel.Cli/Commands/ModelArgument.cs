using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Onnx;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Commands;

/// <summary>An argument for a model file, a checkpoint, an ONNX file or another safetensors file.</summary>
internal static class ModelArgument
{
    /// <summary>Creates the argument.</summary>
    public static Argument<string> Create(string helpName, string description) =>
        SharedOptions.FileArgument(helpName, description, name: helpName);

    /// <summary>Opens a safetensors file, - for standard input, or an ONNX file as the model file that it would be.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message has the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path, OnnxLoadOptions? options = null) => Naming(path, () =>
    {
        if (path != OutputFile.Dash)
        {
            return OnnxModels.IsName(path) ? OnnxModels.ToFile(OnnxModels.Load(path, options)) : Safetensors.Read(path);
        }

        StandardStream.CheckOpen(StandardStream.Input);
        using Stream input = Console.OpenStandardInput();
        return Safetensors.Read(input);
    });

    /// <summary>Loads a model or the model of a checkpoint, - for standard input, or the network of an ONNX file.</summary>
    /// <exception cref="InvalidDataException">It is no such file; the message has the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ModelFile Load(string path, OnnxLoadOptions? options = null)
    {
        if (OnnxModels.IsName(path))
        {
            return OnnxModels.ToModel(LoadOnnx(path, options));
        }

        using SafetensorsFile file = Open(path);
        return Load(file, path);
    }

    /// <summary>Reads an ONNX file.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the message has the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxNetwork LoadOnnx(string path, OnnxLoadOptions? options) => Naming(path, () => OnnxModels.Load(path, options));

    /// <summary>Loads the model of an open file.</summary>
    /// <exception cref="InvalidDataException">It has no model; the message has the path.</exception>
    public static ModelFile Load(SafetensorsFile file, string path) => Naming(
        path,
        () => ModelFile.IsModel(file)
            ? ModelFile.Read(file, types: null)
            : throw new InvalidDataException(
                "The file has tensors, but no description of a network, as 'evenkeel train --save' writes it."));

    /// <summary>The tensors that inference needs: those of a file without the state of training.</summary>
    /// <exception cref="InvalidDataException">The model of a checkpoint cannot be read; the message has the path.</exception>
    public static IReadOnlyList<NamedTensor> TensorsForInference(SafetensorsFile file, string path)
    {
        if (!file.Metadata.ContainsKey(ModelFile.TrainingKey))
        {
            return file.Tensors;
        }

        HashSet<string> names = [.. Load(file, path).Network.StateDict().Select(tensor => tensor.Name)];
        return [.. file.Tensors.Where(tensor => names.Contains(tensor.Name))];
    }

    /// <summary>Puts the path before the message of an exception that the content of the file causes.</summary>
    public static T Naming<T>(string path, Func<T> read) =>
        Describing(path == OutputFile.Dash ? "standard input" : $"'{path}'", read);

    /// <summary>Puts what is read before the message of an exception that its content causes.</summary>
    public static T Describing<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{what}: {e.Message}", e);
        }
    }
}
