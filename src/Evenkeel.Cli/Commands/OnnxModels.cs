using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Onnx;
using Evenkeel.Tables;
using Evenkeel.Tables.Onnx;

namespace Evenkeel.Cli.Commands;

/// <summary>ONNX files as models.</summary>
internal static class OnnxModels
{
    private const string Extension = ".onnx";

    /// <summary>Whether a path is that of an ONNX file.</summary>
    public static bool IsName(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an ONNX file.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or no layer corresponds to some nodes.</exception>
    /// <exception cref="UsageException">The given shape of a sample does not fit it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxNetwork Load(string path, OnnxLoadOptions? options)
    {
        try
        {
            return OnnxFile.Load(path, options);
        }
        catch (OnnxNotSupportedException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
        catch (InvalidDataException e) when (e.Message.Contains(nameof(OnnxLoadOptions.SampleShape), StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                e.Message.Replace(nameof(OnnxLoadOptions.SampleShape), "--sample-shape", StringComparison.Ordinal), e);
        }
        catch (ArgumentException e) when (options?.SampleShape is not null)
        {
            throw new UsageException($"--sample-shape does not fit '{path}': {OneLine.Of(e)}");
        }
    }

    /// <summary>The model of a network that was read.</summary>
    public static ModelFile ToModel(OnnxNetwork read) =>
        new(read.Network) { SampleShape = [.. read.SampleShape.Select(length => (int)length)] };

    /// <summary>The model file that a network that was read would be.</summary>
    public static SafetensorsFile ToFile(OnnxNetwork read)
    {
        var stream = new MemoryStream();
        ToModel(read).Write(stream);
        stream.Position = 0;
        return Safetensors.Read(stream);
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

    /// <summary>Gives the ONNX file of a model of a table, which takes the raw columns.</summary>
    /// <exception cref="InvalidDataException">ONNX has no form of the preparation of some columns, or of some layers.</exception>
    public static (byte[] File, OnnxSaveReport Report) WriteTable(ModelFile model, OnnxSaveOptions options)
    {
        try
        {
            return TableOnnxFile.Write(TableModel.Of(model), options);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
