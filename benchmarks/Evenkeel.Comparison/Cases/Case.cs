namespace Evenkeel.Comparison.Cases;

/// <summary>A call into the library whose time is compared.</summary>
/// <param name="Group">The heading under which it is reported.</param>
/// <param name="Name">Its name within the group.</param>
/// <param name="Make">Makes layers and data, and returns the call.</param>
internal sealed record Case(string Group, string Name, Func<Action> Make)
{
    private static readonly Lazy<Dictionary<string, Case>> ById = new(() => All!.ToDictionary(c => c.Id, StringComparer.Ordinal));

    /// <summary>All cases, in the order of the report.</summary>
    public static IReadOnlyList<Case> All { get; } =
    [
        .. NormalizationCases.All,
        .. LayerCases.All,
        .. ScalingCases.All,
        .. TrainingCases.All,
    ];

    /// <summary>The name by which workers and filters know it.</summary>
    public string Id => $"{Group} {Name}";

    /// <summary>The case with an <see cref="Id"/>.</summary>
    public static Case Of(string id) => ById.Value[id];
}
