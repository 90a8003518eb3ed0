using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Formats;
using Evenkeel.Layers;

namespace Evenkeel.Models;

/// <summary>The types of layers of a user's own that model files can hold.</summary>
/// <remarks>
/// A file has the name of the type and the settings as JSON. Parameters and <see cref="Layer.State"/> are saved and loaded for it; a layer
/// that contains others creates them itself.
/// </remarks>
public sealed class LayerTypes
{
    private readonly Dictionary<string, Func<JsonObject, Layer>> _create = [];
    private readonly Dictionary<Type, (string Name, Func<Layer, JsonObject> Describe)> _describe = [];

    /// <summary>Adds a type.</summary>
    /// <typeparam name="T">The type of the layers; not one of the library's.</typeparam>
    /// <param name="name">The name in files.</param>
    /// <param name="describe">Returns the settings of a layer.</param>
    /// <param name="create">Creates a layer from these settings; an exception is an error of the file.</param>
    /// <returns>This object.</returns>
    /// <exception cref="ArgumentException">The name or the type was added before, or is one of the library's.</exception>
    public LayerTypes Add<T>(string name, Func<T, JsonObject> describe, Func<JsonObject, T> create)
        where T : Layer
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(describe);
        ArgumentNullException.ThrowIfNull(create);
        if (LayerKinds.Find(name) is not null || typeof(T).Assembly == typeof(Layer).Assembly)
        {
            throw new ArgumentException(
                $"The name '{name}' or the type {typeof(T).Name} belongs to the library; layers of your own need another name.",
                nameof(name));
        }

        if (_create.ContainsKey(name) || !_describe.TryAdd(typeof(T), (name, layer => describe((T)layer))))
        {
            throw new ArgumentException($"The name '{name}' or the type {typeof(T).Name} was added before.", nameof(name));
        }

        _create.Add(name, create);
        return this;
    }

    /// <summary>The name and the settings of a layer; null if its type was not added.</summary>
    internal (string Name, JsonObject Options)? Describe(Layer layer) =>
        _describe.TryGetValue(layer.GetType(), out (string Name, Func<Layer, JsonObject> Describe) type)
            ? (type.Name, type.Describe(layer))
            : null;

    /// <summary>Creates a layer; null if its type was not added.</summary>
    internal Layer? Create(string name, JsonFields fields)
    {
        if (!_create.TryGetValue(name, out Func<JsonObject, Layer>? create))
        {
            return null;
        }

        JsonElement options = fields.Element("options");
        if (options.ValueKind != JsonValueKind.Object)
        {
            throw fields.Error("options", "is not an object");
        }

        try
        {
            return create(JsonObject.Create(options)!)
                ?? throw new InvalidDataException($"The function that creates a layer '{name}' returned null.");
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{fields.Path}: a layer '{name}' cannot be created from its options: {e.Message}", e);
        }
    }
}
