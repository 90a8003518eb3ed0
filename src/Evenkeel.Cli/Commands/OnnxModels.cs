using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Onnx;

namespace Evenkeel.Cli.Commands;

/// <summary>ONNX files in the place of model files.</summary>
internal static class OnnxModels
{
    private const string Extension = ".onnx";

    /// <summary>Whether a path is that of an ONNX file.</summary>
    public static bool IsName(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens an ONNX file as the model file that it would be.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or no layer corresponds to some nodes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            OnnxNetwork read = OnnxFile.Load(path);
            var model = new ModelFile(read.Network) { SampleShape = [.. read.SampleShape.Select(length => (int)length)] };
            var stream = new MemoryStream();
            model.Write(stream);
            stream.Position = 0;
            return Safetensors.Read(stream);
        }
        catch (OnnxNotSupportedException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Gives the ONNX file of a model.</summary>
    /// <exception cref="InvalidDataException">The model has no sample shape, or ONNX has no form of some layers.</exception>
    public static (byte[] File, OnnxSaveReport Report) Write(ModelFile model, OnnxSaveOptions options)
    {
        IReadOnlyList<int> shape = model.SampleShape ?? throw new InvalidDataException(
            $"The model does not tell the shape of a sample, which an ONNX file has; save it with {nameof(ModelFile.SampleShape)}.");
        try
        {
            return OnnxFile.Write(model.Network, [.. shape.Select(length => (nint)length)], options, model.Scaler?.Scaler);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
