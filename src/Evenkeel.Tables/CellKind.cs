namespace Evenkeel.Tables;

/// <summary>The kind of content of a cell.</summary>
public enum CellKind : byte
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>Nothing, NaN, or a text that means a missing value.</summary>
    Missing,

    /// <summary>An infinity, or a number beyond double precision.</summary>
    Infinity,

    /// <summary>Anything else.</summary>
    Text,
}
