namespace Evenkeel.Models;

/// <summary>What became of each tensor in <see cref="NetworkState.Load"/>, by its name in the network.</summary>
/// <param name="Loaded">The tensors that were loaded.</param>
/// <param name="Missing">The tensors of the network that were not given.</param>
/// <param name="Unexpected">The tensors that the network does not have.</param>
/// <param name="WrongShape">The tensors of another shape than in the network.</param>
/// <param name="WrongType">The tensors of a type that the network's does not hold exactly.</param>
public sealed record LoadReport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> WrongShape,
    IReadOnlyList<string> WrongType)
{
    private const int MaximumNames = 5;

    /// <summary>Whether all tensors were loaded, and none was left over.</summary>
    public bool IsComplete => Missing.Count + Unexpected.Count + WrongShape.Count + WrongType.Count == 0;

    /// <summary>A line: "loaded 12; missing 1: '3.weight'".</summary>
    public override string ToString() => string.Join("; ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return FormattableString.Invariant($"loaded {Loaded.Count}");
        foreach ((string what, IReadOnlyList<string> names) in
            new[] { ("missing", Missing), ("unexpected", Unexpected), ("wrong shape", WrongShape), ("wrong type", WrongType) })
        {
            if (names.Count > 0)
            {
                string rest = names.Count > MaximumNames ? ", …" : "";
                yield return FormattableString.Invariant(
                    $"{what} {names.Count}: {string.Join(", ", names.Take(MaximumNames).Select(name => $"'{name}'"))}{rest}");
            }
        }
    }
}
