using Evenkeel.Formats;
using Evenkeel.Tables.Profiles;

namespace Evenkeel.Tables;

/// <summary>A column that a model is not trained on.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Kind">What the column holds, for which it is left out.</param>
public sealed record LeftOutColumn(string Name, ColumnKind Kind)
{
    /// <summary>Whether the column would be used if it were named, as an id, a date or a text.</summary>
    internal bool CanBeUsed => Kind is not (ColumnKind.Constant or ColumnKind.Empty);

    /// <summary>The name and the kind, such as <c>id (id)</c>.</summary>
    public string Description => $"{(Name.Length > 0 ? Name : "''")} ({JsonNames.Of(Kind)})";
}
