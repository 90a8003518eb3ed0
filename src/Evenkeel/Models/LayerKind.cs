using Evenkeel.Layers;

namespace Evenkeel.Models;

/// <summary>A type of layer that files can describe.</summary>
/// <param name="Name">The name in files.</param>
/// <param name="Type">The type of the layers.</param>
/// <param name="Write">Writes the settings of a layer as fields of the open JSON object.</param>
/// <param name="Read">Creates a layer from these fields.</param>
internal sealed record LayerKind(string Name, Type Type, Action<LayerWriter, Layer> Write, Func<LayerReader, Layer> Read)
{
    /// <summary>Makes a kind of layers with settings.</summary>
    public static LayerKind Of<T>(string name, Action<LayerWriter, T> write, Func<LayerReader, T> read)
        where T : Layer =>
        new(name, typeof(T), (writer, layer) => write(writer, (T)layer), read);

    /// <summary>Makes a kind of layers without settings.</summary>
    public static LayerKind Of<T>(string name)
        where T : Layer, new() =>
        new(name, typeof(T), static (_, _) => { }, static _ => new T());
}
