namespace Evenkeel.Benchmarks;

/// <summary>The passes as the command line, the tables and peer.py name them.</summary>
internal static class NormalizationPasses
{
    private static readonly Dictionary<string, NormalizationPass[]> ByName = new(StringComparer.Ordinal)
    {
        ["forward"] = [NormalizationPass.Forward],
        ["backward"] = [NormalizationPass.Backward],
        ["inference"] = [NormalizationPass.Inference],
        ["relu"] = [NormalizationPass.ForwardRelu, NormalizationPass.BackwardRelu, NormalizationPass.InferenceRelu],
    };

    public static IReadOnlyList<NormalizationPass> All { get; } = Enum.GetValues<NormalizationPass>();

    /// <summary>What the command line takes, with commas between them.</summary>
    public static string Choices { get; } = string.Join(',', ByName.Keys);

    /// <summary>The passes of some names with commas between them; null where one is unknown.</summary>
    public static NormalizationPass[]? Parse(string names)
    {
        string[] chosen = names.Split(',');
        return chosen.All(ByName.ContainsKey) ? [.. chosen.SelectMany(name => ByName[name])] : null;
    }

    /// <summary>Whether it reads a gradient too, and has a triad beside it.</summary>
    public static bool IsBackward(this NormalizationPass pass) => pass is NormalizationPass.Backward or NormalizationPass.BackwardRelu;

    /// <summary>The name of one pass.</summary>
    public static string Name(this NormalizationPass pass) => pass switch
    {
        NormalizationPass.ForwardRelu => "forward-relu",
        NormalizationPass.BackwardRelu => "backward-relu",
        NormalizationPass.InferenceRelu => "inference-relu",
        _ => pass.ToString().ToLowerInvariant(),
    };
}
