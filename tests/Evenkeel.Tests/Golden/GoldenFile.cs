using System.Text.Json;

namespace Evenkeel.Tests.Golden;

/// <summary>
/// One case computed by PyTorch, or with it: what to construct, what to feed in step by step, and what came out.
/// <c>generate.py</c> beside this file writes the cases and describes the format; the modules it draws on say each family's
/// conventions.
/// </summary>
public sealed class GoldenFile
{
    private readonly JsonElement _root;

    private GoldenFile(JsonElement root) => _root = root;

    public string Name => _root.GetProperty("name").GetString()!;

    /// <summary>The parameters before the first step, by PyTorch's names.</summary>
    public GoldenValues Initial => new(_root.GetProperty("initial"));

    public IReadOnlyList<GoldenValues> Steps =>
        [.. _root.GetProperty("steps").EnumerateArray().Select(step => new GoldenValues(step))];

    /// <summary>The parameters and running statistics after the last step, in files of whole networks.</summary>
    public GoldenValues Final => new(_root.GetProperty("final"));

    /// <summary>Reads the case of this name, such as <c>batch-norm-2d</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such case.</exception>
    public static GoldenFile Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")));
        return new GoldenFile(document.RootElement.Clone());
    }

    /// <summary>The names of all cases that begin with <paramref name="prefix"/>, in order.</summary>
    public static IEnumerable<string> Names(string prefix = "") =>
        Directory.EnumerateFiles(Folder, prefix + "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);

    /// <summary>An option as its JSON type says: a number, a truth value, text.</summary>
    public T Option<T>(string name) => _root.GetProperty("options").GetProperty(name).Deserialize<T>()!;

    /// <summary>An option, or the default where the case does not have it.</summary>
    public T Option<T>(string name, T defaultValue) =>
        _root.GetProperty("options").TryGetProperty(name, out JsonElement value) ? value.Deserialize<T>()! : defaultValue;

    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");
}
