using static System.FormattableString;

namespace Evenkeel.Models;

/// <summary>What became of each tensor in <see cref="NetworkState.Load"/>, by its name in the network.</summary>
public sealed record LoadReport
{
    private const int MaximumNames = 5;

    /// <summary>The tensors that were loaded.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>The tensors of the network that were not given.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The tensors that the network does not have.</summary>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <summary>The tensors of another shape than in the network.</summary>
    public required IReadOnlyList<TensorMismatch> WrongShape { get; init; }

    /// <summary>The tensors of a type that cannot be converted without rounding.</summary>
    public required IReadOnlyList<TensorMismatch> WrongType { get; init; }

    /// <summary>Whether all tensors were loaded, and none was left over.</summary>
    public bool IsComplete => Missing.Count + Unexpected.Count + WrongShape.Count + WrongType.Count == 0;

    /// <summary>A line: "loaded 12; missing 1: '3.weight'".</summary>
    public override string ToString() => string.Join("; ",
    [
        Invariant($"loaded {Loaded.Count}"),
        .. List("missing", Missing.Select(name => $"'{name}'")),
        .. List("unexpected", Unexpected.Select(name => $"'{name}'")),
        .. List("wrong shape", WrongShape.Select(mismatch => mismatch.ToString())),
        .. List("wrong type", WrongType.Select(mismatch => mismatch.ToString())),
    ]);

    private static IEnumerable<string> List(string what, IEnumerable<string> names)
    {
        string[] all = [.. names];
        string rest = all.Length > MaximumNames ? ", …" : "";
        return all.Length == 0 ? [] : [Invariant($"{what} {all.Length}: {string.Join(", ", all.Take(MaximumNames))}{rest}")];
    }
}
