using System.Reflection;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Reading;
using Evenkeel.Onnx.Writing;
using Evenkeel.Scaling;
using Google.Protobuf;

namespace Evenkeel.Onnx;

/// <summary>Files in the format of ONNX, the Open Neural Network Exchange.</summary>
/// <remarks>Source: https://onnx.ai/onnx/repo-docs/IR.html.</remarks>
public static class OnnxFile
{
    /// <summary>The key of the metadata that says that a file prepares a table.</summary>
    internal const string TableKey = "evenkeel.table";

    /// <summary>The version of the operators for classical machine learning: the oldest with all that is written.</summary>
    private const int MachineLearningVersion = 3;

    /// <summary>Reads a network, with its normalizations as layers.</summary>
    /// <param name="path">The file. Constants in other files of its folder are read too.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid ONNX model, or not one of a network with one input and one output.
    /// </exception>
    /// <exception cref="ArgumentException">The sample shape of the options has no axes, or a length that is not positive.</exception>
    /// <exception cref="OnnxNotSupportedException">No layer corresponds to some nodes; all are listed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxNetwork Load(string path, OnnxLoadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        byte[] file = File.ReadAllBytes(path);
        return NetworkReader.Read(Parse(file), options ?? new(), new TensorReader(folder, file.Length));
    }

    /// <summary>Reads a network from the bytes of a file, without constants in other files.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid ONNX model, or not one of a network with one input and one output.
    /// </exception>
    /// <exception cref="ArgumentException">The sample shape of the options has no axes, or a length that is not positive.</exception>
    /// <exception cref="OnnxNotSupportedException">No layer corresponds to some nodes; all are listed.</exception>
    public static OnnxNetwork Read(ReadOnlySpan<byte> file, OnnxLoadOptions? options = null) =>
        NetworkReader.Read(Parse(file), options ?? new(), new TensorReader(folder: null, file.Length));

    /// <summary>Writes a network for inference.</summary>
    /// <param name="path">The file, which is replaced once the new one is complete.</param>
    /// <param name="network">The network, which is not changed.</param>
    /// <param name="sampleShape">The shape of a sample of the input, without the batch, whose size the file leaves open.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="scaler">What scales the features before they enter the network; null for none.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the network or the scaler, or the names are empty or equal.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The version of the operators is not one that can be written.</exception>
    /// <exception cref="NotSupportedException">ONNX has no form of some layers, or of the scaler; all are named.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static OnnxSaveReport Save(
        string path, Layer network, ReadOnlySpan<nint> sampleShape, OnnxSaveOptions? options = null, Scaler? scaler = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (byte[] file, OnnxSaveReport report) = Write(network, sampleShape, options, scaler);
        Replace(path, file);
        return report;
    }

    /// <summary>Gives the bytes of the file that <see cref="Save"/> writes.</summary>
    /// <param name="network">The network, which is not changed.</param>
    /// <param name="sampleShape">The shape of a sample of the input, without the batch, whose size the file leaves open.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <param name="scaler">What scales the features before they enter the network; null for none.</param>
    /// <returns>The bytes of the file, and what was done.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the network or the scaler, or the names are empty or equal.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The version of the operators is not one that can be written.</exception>
    /// <exception cref="NotSupportedException">ONNX has no form of some layers, or of the scaler; all are named.</exception>
    public static (byte[] File, OnnxSaveReport Report) Write(
        Layer network, ReadOnlySpan<nint> sampleShape, OnnxSaveOptions? options = null, Scaler? scaler = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new();
        CheckOpset(options);
        network.OutputShape([1, .. sampleShape]);
        if (options.InputName.Length == 0 || options.OutputName.Length == 0 || options.InputName == options.OutputName)
        {
            throw new ArgumentException("Input and output need names that differ.", nameof(options));
        }

        if (scaler is not null && (sampleShape.Length != 1 || sampleShape[0] != scaler.Columns))
        {
            throw new ArgumentException(
                $"The scaler takes rows of {scaler.Columns} columns; samples are [{string.Join(", ", sampleShape.ToArray())}].",
                nameof(scaler));
        }

        IReadOnlyList<FoldingEntry> folded = [];
        if (options.Fold)
        {
            network = Folding.Fold(network, out folded);
        }

        var graph = new GraphWriter(options.Opset, options.InputName, options.OutputName);
        var input = new OnnxValue(options.InputName, sampleShape.ToArray());
        graph.Graph.Input.Add(GraphWriter.Value(input));
        OnnxValue output = NetworkWriter.Write(graph, network, scaler is null ? input : ScalerWriter.Write(graph, scaler, input));
        if (options.Softmax)
        {
            output = output with { Name = graph.Node("softmax", "Softmax", [output.Name], GraphWriter.Attribute("axis", -1L)) };
        }

        output = graph.NameOutput(output, options.OutputName);
        graph.Graph.Output.Add(GraphWriter.Value(output));
        return (ToBytes(graph), new OnnxSaveReport(graph.Graph.Node.Count, folded));
    }

    /// <summary>Throws if the version of the operators is not one that can be written.</summary>
    internal static void CheckOpset(OnnxSaveOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Opset, OnnxSaveOptions.MinimumOpset, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Opset, OnnxSaveOptions.MaximumOpset, nameof(options));
    }

    /// <summary>The bytes of the file of a graph.</summary>
    /// <param name="graph">The graph, with its inputs and outputs.</param>
    /// <param name="metadata">What the file says of itself, beside the convention of batch normalization.</param>
    internal static byte[] ToBytes(GraphWriter graph, params IEnumerable<(string Key, string Value)> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersionOf(graph.Opset),
            ProducerName = "Evenkeel",
            ProducerVersion = Version,
            Graph = graph.Graph,
            OpsetImport = { new OperatorSetIdProto { Version = graph.Opset } },
            MetadataProps =
            {
                new StringStringEntryProto
                {
                    Key = "evenkeel.batch_normalization",
                    Value = "momentum weighs the running average; the running variance is as the network had it",
                },
                metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }),
            },
        };
        if (graph.UsesMachineLearning)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = OnnxNames.MachineLearning, Version = MachineLearningVersion });
        }

        return model.ToByteArray();
    }

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    internal static void Replace(string path, byte[] file)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, file);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static ModelProto Parse(ReadOnlySpan<byte> file)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"The file is not an ONNX model: {e.Message}", e);
        }

        return model.MetadataProps.All(entry => entry.Key != TableKey)
            ? model
            : throw new InvalidDataException(
                "The file takes the columns of a table, whose preparation is not read back; use the model file that it was written from.");
    }

    private static string Version => typeof(OnnxFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    private static int IrVersionOf(int opset) => opset switch
    {
        >= 23 => 11,
        >= 21 => 10,
        >= 19 => 9,
        _ => 8,
    };
}
