using System.Text.Json;
using Evenkeel.Explanations.Methods;

namespace Evenkeel.Explanations.Tests.Golden;

/// <summary>
/// An explanation's input, and its quantities as PyTorch computes them; <c>generate.py</c> beside this file writes the cases and
/// describes their format.
/// </summary>
/// <param name="Name">The explanation's name, and "default" or "random".</param>
/// <param name="Input">The input.</param>
/// <param name="Quantities">The quantities; in order where a section has a symbol more than once.</param>
internal sealed record GoldenCase(string Name, ExplanationInput Input, IReadOnlyList<GoldenQuantity> Quantities)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>The explanation's name.</summary>
    public string Method => Name[..Name.LastIndexOf('-')];

    /// <summary>The explanation in the catalog.</summary>
    public ExplanationEntry Entry => ExplanationCatalog.All.Single(entry => entry.Name == Method);

    /// <summary>The names of all cases, in order.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden", "Cases");

    /// <summary>Reads a case.</summary>
    public static GoldenCase Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")));
        JsonElement input = document.RootElement.GetProperty("input");
        T Given<T>(string property) => input.GetProperty(property).Deserialize<T>()!;
        return new GoldenCase(
            name,
            new ExplanationInput(Given<int[]>("shape"), Given<float[]>("values"))
            {
                Weight = Given<float[]>("gamma"),
                Bias = Given<float[]>("beta"),
                OutputGradient = Given<float[]>("dy"),
                Epsilon = Given<double>("epsilon"),
                Groups = Given<int>("groups"),
                Probability = Given<double>("probability"),
                Seed = Given<ulong>("seed"),
            },
            document.RootElement.GetProperty("quantities").Deserialize<GoldenQuantity[]>(CamelCase)!);
    }

    /// <summary>Explains the method with the input.</summary>
    public Explanation Explain() => Entry.Explain(Input);
}
