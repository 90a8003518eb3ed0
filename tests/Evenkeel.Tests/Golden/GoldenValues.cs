using System.Text.Json;

namespace Evenkeel.Tests.Golden;

/// <summary>The named tensors of one step, or of a network's state.</summary>
public sealed class GoldenValues
{
    private readonly JsonElement _json;

    internal GoldenValues(JsonElement json) => _json = json;

    /// <summary><c>train</c>, <c>eval</c> or <c>frozen</c> (inference with gradients), for a step.</summary>
    public string Mode => _json.GetProperty("mode").GetString()!;

    /// <summary>The names of the tensors here.</summary>
    public IEnumerable<string> Names =>
        _json.EnumerateObject()
            .Where(property => property.Name is not ("mode" or "float32"))
            .Select(property => property.Name);

    /// <summary>
    /// What PyTorch computed in float32 arithmetic from the same input: how far it is from the reference. None where
    /// PyTorch has no module, and the reference is written out.
    /// </summary>
    public GoldenValues? SinglePrecision => Has("float32") ? new(_json.GetProperty("float32")) : null;

    /// <summary>A tensor given, or the reference result in float64 arithmetic.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    public GoldenTensor this[string name] => GoldenTensor.Parse(_json.GetProperty(name));

    public bool Has(string name) => _json.TryGetProperty(name, out _);
}
