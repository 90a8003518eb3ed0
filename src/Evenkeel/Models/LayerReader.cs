using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Models;

/// <summary>Creates a layer from its description in a file, no larger than the tensors of the file are.</summary>
internal sealed class LayerReader
{
    /// <summary>The most channels or features of a layer that has no tensor.</summary>
    private const int MaximumWithoutTensor = 1 << 20;

    private readonly IReadOnlyDictionary<string, NamedTensor> _tensors;
    private readonly LayerTypes? _types;
    private readonly Dictionary<string, Layer> _layers;
    private readonly string _path;

    private LayerReader(
        JsonFields fields,
        string path,
        IReadOnlyDictionary<string, NamedTensor> tensors,
        LayerTypes? types,
        Dictionary<string, Layer> layers)
    {
        Fields = fields;
        _path = path;
        _tensors = tensors;
        _types = types;
        _layers = layers;
    }

    /// <summary>The fields of the layer.</summary>
    public JsonFields Fields { get; }

    /// <summary>Creates a network.</summary>
    /// <param name="fields">The description.</param>
    /// <param name="tensors">The tensors of the file by name.</param>
    /// <param name="types">The layers of the user's own; null for none.</param>
    /// <exception cref="InvalidDataException">The description is not valid, or does not fit the tensors.</exception>
    public static Layer Create(JsonFields fields, IReadOnlyDictionary<string, NamedTensor> tensors, LayerTypes? types) =>
        new LayerReader(fields, "", tensors, types, []).Create();

    /// <summary>Creates a layer inside this one.</summary>
    /// <param name="fields">Its description.</param>
    /// <param name="name">Its name.</param>
    public Layer Child(JsonFields fields, string name) =>
        new LayerReader(fields, Join(name), _tensors, _types, _layers).Create();

    /// <summary>Creates a layer inside this one, or none.</summary>
    /// <param name="name">The name of the field, and of the layer.</param>
    public Layer? ChildOrNull(string name) => Fields.ObjectOrNull(name) is { } fields ? Child(fields, name) : null;

    /// <summary>Reads the number of features or channels.</summary>
    public int Size(string name) => Fields.Integer(name, int.MaxValue) is >= 1 and int size
        ? size
        : throw Fields.Error(name, "is 0; expected at least 1");

    /// <summary>Throws unless the file has a tensor of a shape, whose size the layer then has.</summary>
    public void Expect(string name, params ReadOnlySpan<nint> lengths)
    {
        string path = Join(name);
        if (!_tensors.TryGetValue(path, out NamedTensor? tensor))
        {
            throw Fields.Error($"needs the tensor '{path}' of shape {Shape.Describe(lengths)}, which the file lacks");
        }

        if (!tensor.Lengths.SequenceEqual(lengths))
        {
            throw Fields.Error(
                $"needs the tensor '{path}' of shape {Shape.Describe(lengths)}; the file's is {Shape.Describe(tensor.Lengths)}");
        }
    }

    /// <summary>Throws if a layer without tensors is larger than any in use.</summary>
    public void ExpectSmall(long size)
    {
        if (size > MaximumWithoutTensor)
        {
            throw Fields.Error(Invariant($"has a size of {size} without a tensor; at most {MaximumWithoutTensor} is read"));
        }
    }

    /// <summary>The layer at a path of the network, which was created before this one.</summary>
    public Layer At(string path) => _layers.GetValueOrDefault(path)
        ?? throw Fields.Error($"refers to a layer at '{path}', and there is none before it");

    private Layer Create()
    {
        string type = Fields.Text("type");
        Layer layer = LayerKinds.Find(type) is { } kind
            ? Fields.Make(_ => kind.Read(this))
            : _types?.Create(type, Fields) ?? throw Fields.Error(
                "type", $"is \"{type}\", which this version does not know; add a layer of your own to {nameof(LayerTypes)}");
        Fields.End();
        _layers.TryAdd(_path, layer);
        return layer;
    }

    private string Join(string name) => Layer.Join(_path, name);
}
