using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Scaling;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Models;

/// <summary>A network in a file: its layers, their settings, parameters and running statistics, with bit-identical results.</summary>
/// <remarks>
/// The file is a safetensors file, whose tensors have the names of PyTorch's <c>state_dict</c>; a description of the layers is in its
/// metadata. Every byte is covered by a SHA-256 hash: a file that was changed or damaged is refused. A checkpoint can be loaded as well.
/// </remarks>
public sealed class ModelFile
{
    /// <summary>The extension of the files: <c>.evenkeel</c>.</summary>
    public const string Extension = ".evenkeel";

    /// <summary>The beginning of the names of tensors that are not the network's, as the optimizer's in a checkpoint.</summary>
    internal const string TrainingPrefix = "training:";

    /// <summary>The text with the description of the network.</summary>
    internal const string ModelKey = "evenkeel.model";

    /// <summary>The text with the scaler.</summary>
    internal const string ScalerKey = "evenkeel.scaler";

    /// <summary>The text with the preparation of a table.</summary>
    internal const string TableKey = "evenkeel.table";

    /// <summary>The text with the state of training, which checkpoints have.</summary>
    internal const string TrainingKey = "evenkeel.training";

    /// <summary>The depth of the description at most.</summary>
    internal const int MaximumDepth = 512;

    private const string Format = "evenkeel-model";
    private const int Version = 1;

    /// <summary>Combines a network and what belongs to it into the content of a file.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="ArgumentNullException">The network is null.</exception>
    public ModelFile(Layer network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Network = network;
    }

    /// <summary>The network.</summary>
    public Layer Network { get; }

    /// <summary>The scaler of the network's inputs, with the names of the columns; null, the default, for none.</summary>
    public ScalerFile? Scaler { get; init; }

    /// <summary>How rows of a table become the network's samples, as the package for tables writes it; null for none.</summary>
    internal string? Table { get; init; }

    /// <summary>The shape of a sample, as [28, 28, 1]; null, the default, if it is not known.</summary>
    /// <exception cref="ArgumentException">A length is below 1.</exception>
    public IReadOnlyList<int>? SampleShape
    {
        get;
        init => field = value is null || value.All(length => length >= 1)
            ? value
            : throw new ArgumentException("The lengths of a sample's shape must be at least 1.", nameof(value));
    }

    /// <summary>Writes a network to a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="types">The layers of the user's own in it; null for none.</param>
    /// <param name="sampleShape">See <see cref="SampleShape"/>; a predictor is compiled for it.</param>
    /// <exception cref="ArgumentException">A length of the shape is below 1.</exception>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network, or one of its settings.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static void Save(Layer network, string path, LayerTypes? types = null, IReadOnlyList<int>? sampleShape = null) =>
        new ModelFile(network) { SampleShape = sampleShape }.Save(path, types);

    /// <summary>Writes a temporary file and renames it, so that a crash leaves the old file or the new one.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="types">The layers of the user's own in the network; null for none.</param>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network, or one of its settings.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public void Save(string path, LayerTypes? types = null) =>
        Safetensors.Write(path, Network.StateDict(), CreateMetadata(types));

    /// <summary>Writes a file to a stream.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="types">The layers of the user's own in the network; null for none.</param>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network, or one of its settings.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream, LayerTypes? types = null) => Safetensors.Write(stream, Network.StateDict(), CreateMetadata(types));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="types">The layers of the user's own that it may hold; null for none.</param>
    /// <returns>A new network, and what belongs to it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="InvalidDataException">
    /// Not a complete model file of this version, or it was changed or damaged; the message says what is wrong.
    /// </exception>
    public static ModelFile Load(string path, LayerTypes? types = null)
    {
        using SafetensorsFile file = Safetensors.Read(path);
        return Read(file, types);
    }

    /// <summary>Reads a file from a stream, up to its end.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="types">The layers of the user's own that it may hold; null for none.</param>
    /// <returns>A new network, and what belongs to it.</returns>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// Not a complete model file of this version, or it was changed or damaged; the message says what is wrong.
    /// </exception>
    public static ModelFile Read(Stream stream, LayerTypes? types = null)
    {
        using SafetensorsFile file = Safetensors.Read(stream);
        return Read(file, types);
    }

    /// <summary>Whether a tensor is the network's, and not of the state of training.</summary>
    internal static bool IsOfNetwork(NamedTensor tensor) => !tensor.Name.StartsWith(TrainingPrefix, StringComparison.Ordinal);

    /// <summary>Whether a safetensors file has the description of a network.</summary>
    internal static bool IsModel(SafetensorsFile file) => file.Metadata.ContainsKey(ModelKey);

    /// <summary>The metadata that describes the network and what belongs to it.</summary>
    internal Dictionary<string, string> CreateMetadata(LayerTypes? types)
    {
        var metadata = new Dictionary<string, string> { [ModelKey] = Describe(types) };
        if (Scaler is not null)
        {
            using var scaler = new MemoryStream();
            Scaler.Write(scaler);
            metadata.Add(ScalerKey, Encoding.UTF8.GetString(scaler.ToArray()));
        }

        if (Table is not null)
        {
            metadata.Add(TableKey, Table);
        }

        return metadata;
    }

    /// <summary>Creates the network of a file and loads its tensors.</summary>
    internal static ModelFile Read(SafetensorsFile file, LayerTypes? types)
    {
        if (!file.Metadata.TryGetValue(ModelKey, out string? description))
        {
            throw new InvalidDataException(
                "The file has tensors, but no description of a network: create the network and load them with network.Load(file.Tensors).");
        }

        if (!file.HasHashes)
        {
            throw new InvalidDataException("The file has a description of a network, but no hashes: it was changed.");
        }

        NamedTensor[] tensors = [.. file.Tensors.Where(IsOfNetwork)];
        var fields = JsonFields.Parse(Encoding.UTF8.GetBytes(description), MaximumDepth);
        if (fields.Text("format") is var format && format != Format)
        {
            throw fields.Error("format", $"is \"{format}\"; expected \"{Format}\"");
        }

        if (fields.Long("version") is var version && version != Version)
        {
            throw fields.Error("version", Invariant($"is {version}; this version of the library reads version {Version}"));
        }

        int[] shape = fields.Integers("sample_shape", int.MaxValue);
        string[] frozen = fields.Texts("not_trainable");
        JsonFields layer = fields.Object("network");
        fields.End();
        Layer network = LayerReader.Create(layer, tensors.ToDictionary(tensor => tensor.Name), types);
        network.LoadVerified(tensors);
        foreach (NamedTensor training in file.Tensors.Except(tensors))
        {
            training.CheckHash();
        }

        Freeze(network, frozen, fields);
        return fields.Make(_ => new ModelFile(network)
        {
            Scaler = file.Metadata.TryGetValue(ScalerKey, out string? scaler)
                ? ScalerFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(scaler)))
                : null,
            Table = file.Metadata.GetValueOrDefault(TableKey),
            SampleShape = shape.Length == 0 ? null : shape,
        });
    }

    /// <summary>Throws if two networks differ in more than tensors, and what is frozen.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    internal static void CheckSameStructure(Layer saved, Layer network, LayerTypes? types)
    {
        if (StructureOf(saved) != StructureOf(network))
        {
            throw new InvalidDataException("The checkpoint is of a network with other layers, settings or seeds.");
        }

        string StructureOf(Layer layer)
        {
            JsonNode description = JsonNode.Parse(
                new ModelFile(layer).Describe(types), documentOptions: new JsonDocumentOptions { MaxDepth = MaximumDepth })!;
            description.AsObject().Remove("not_trainable");
            Unfreeze(description);
            return description.ToJsonString();
        }

        static void Unfreeze(JsonNode? node)
        {
            if (node is JsonObject layer && NormalizationKinds.All.Any(kind => kind.Name == (layer["type"] as JsonValue)?.ToString()))
            {
                foreach (string setting in NormalizationKinds.Freezing)
                {
                    layer.Remove(setting);
                }
            }

            IEnumerable<JsonNode?> inside = node is JsonArray array ? array
                : node is JsonObject fields ? fields.Select(field => field.Value)
                : [];
            foreach (JsonNode? child in inside)
            {
                Unfreeze(child);
            }
        }
    }

    private static void Freeze(Layer network, string[] names, JsonFields fields)
    {
        if (names.Length == 0)
        {
            return;
        }

        Dictionary<string, Parameter> parameters = network.NamedParameters().ToDictionary(named => named.Path, named => named.Parameter);
        foreach (string name in names)
        {
            if (!parameters.TryGetValue(name, out Parameter? parameter))
            {
                throw fields.Error("not_trainable", $"has '{name}', and the network has no such parameter");
            }

            parameter.IsTrainable = false;
        }
    }

    /// <summary>Describes the network and what belongs to it, in JSON.</summary>
    /// <exception cref="NotSupportedException">Files do not know a layer of the network, or one of its settings.</exception>
    internal string Describe(LayerTypes? types)
    {
        if (Network.StateDict().FirstOrDefault(tensor => !IsOfNetwork(tensor)) is { } reserved)
        {
            throw new NotSupportedException(
                $"The tensor '{reserved.Name}' has a name that begins with '{TrainingPrefix}', which files use for the state of training.");
        }

        try
        {
            return JsonText.Write(json => Describe(json, types), MaximumDepth);
        }
        catch (InvalidOperationException e)
        {
            throw new NotSupportedException("The layers are nested deeper than files hold.", e);
        }
    }

    private void Describe(Utf8JsonWriter json, LayerTypes? types)
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("version", Version);
        json.WriteStartArray("sample_shape");
        foreach (int length in SampleShape ?? [])
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("not_trainable");
        foreach ((string path, Parameter parameter) in Network.NamedParameters())
        {
            if (!parameter.IsTrainable)
            {
                json.WriteStringValue(path);
            }
        }

        json.WriteEndArray();
        new LayerWriter(json, Network, types).Layer("network", Network);
        json.WriteEndObject();
    }
}
