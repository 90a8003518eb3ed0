using System.Text;
using Evenkeel.Cli.Shell;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Onnx;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Rendering;

/// <summary>A safetensors file, and the model in it, as they are shown.</summary>
internal sealed class ModelInspection
{
    /// <summary>Inspects an open file: all its tensors are read, and their hashes are checked.</summary>
    /// <param name="path">The path, as given by the user.</param>
    /// <param name="file">The file.</param>
    /// <param name="model">The model in it; null if there is none.</param>
    /// <param name="onnx">The network of the ONNX file that the model was made of; null if it is of a model file.</param>
    /// <exception cref="InvalidDataException">The file was changed or damaged.</exception>
    public ModelInspection(string path, SafetensorsFile file, ModelFile? model, OnnxNetwork? onnx)
    {
        Path = path;
        Onnx = onnx;
        ByteCount = onnx is null ? file.ByteCount : new FileInfo(path).Length;
        HasHashes = file.HasHashes;
        Tensors = [.. file.Tensors.Select(tensor => (tensor, ValueRange.Of(tensor)))];
        Model = model;
        if (model is null)
        {
            return;
        }

        (Summary, Misfit) = Summarize(model);
        Normalizations = NormalizationState.Of(model.Network);
        if (file.Metadata.TryGetValue(ModelFile.TrainingKey, out string? training))
        {
            var fields = JsonFields.Parse(Encoding.UTF8.GetBytes(training));
            Training = (fields.Long("steps"), fields.Integer("last_epoch", int.MaxValue));
        }
    }

    /// <summary>The path, as given by the user.</summary>
    public string Path { get; }

    /// <summary>The size of the file.</summary>
    public long ByteCount { get; }

    /// <summary>Whether the file has hashes.</summary>
    public bool HasHashes { get; }

    /// <summary>The tensors of the file with the ranges of their values.</summary>
    public IReadOnlyList<(NamedTensor Tensor, ValueRange Range)> Tensors { get; }

    /// <summary>The model in the file; null if there is none.</summary>
    public ModelFile? Model { get; }

    /// <summary>The network of an ONNX file; null if the file is another.</summary>
    public OnnxNetwork? Onnx { get; }

    /// <summary>The layers of the model.</summary>
    public NetworkSummary? Summary { get; }

    /// <summary>Why the shape of a sample does not fit the network; null if it does, or is not known.</summary>
    public string? Misfit { get; }

    /// <summary>The normalizations of the model.</summary>
    public IReadOnlyList<NormalizationState> Normalizations { get; } = [];

    /// <summary>The position in training; null if the file is not a checkpoint.</summary>
    public (long Step, int Epoch)? Training { get; }

    /// <summary>The kind of the file.</summary>
    public string Kind => Onnx is not null ? "onnx" : Model is null ? "tensors" : Training is null ? "model" : "checkpoint";

    /// <summary>The tensors with values that are NaN or infinite.</summary>
    public IEnumerable<(NamedTensor Tensor, ValueRange Range)> NotFinite => Tensors.Where(tensor => tensor.Range.NotFinite > 0);

    private static (NetworkSummary Summary, string? Misfit) Summarize(ModelFile model)
    {
        if (model.SampleShape is { } shape)
        {
            try
            {
                return (NetworkSummary.Of(model.Network, [1, .. shape.Select(length => (nint)length)]), null);
            }
            catch (ArgumentException e)
            {
                return (NetworkSummary.WithoutShapes(model.Network), OneLine.Of(e));
            }
            catch (OverflowException)
            {
                return (NetworkSummary.WithoutShapes(model.Network), $"{Shape.Describe([.. shape.Select(l => (nint)l)])} is too large.");
            }
        }

        return (NetworkSummary.WithoutShapes(model.Network), null);
    }
}
