namespace Evenkeel.Explanations;

/// <summary>A method explained by an example, with every intermediate number.</summary>
/// <param name="Name">The name by which the command knows it.</param>
/// <param name="Title">The method's name.</param>
/// <param name="Summary">The method in one sentence.</param>
/// <param name="Sections">The parts, in reading order.</param>
internal sealed record Explanation(string Name, string Title, string Summary, IReadOnlyList<Section> Sections)
{
    /// <summary>Which elements share statistics, for this method first and for its relatives; empty if the method has no sets.</summary>
    public IReadOnlyList<SetPicture> Sets { get; init; } = [];

    /// <summary>For each element of the input, the index of its γ and β; null if the method has no sets.</summary>
    public int[]? ParameterOf { get; init; }

    /// <summary>The nodes of the graph that the forward and backward pass go through; empty if there is none.</summary>
    public IReadOnlyList<GraphNode> Graph { get; init; } = [];

    /// <summary>The study that tests the method on real data; null if there is none.</summary>
    public string? Study { get; init; }

    /// <summary>The page of the documentation.</summary>
    public required string Documentation { get; init; }
}
