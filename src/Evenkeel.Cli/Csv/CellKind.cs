namespace Evenkeel.Cli.Csv;

/// <summary>What a cell holds.</summary>
internal enum CellKind
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>Nothing, NaN, or what stands for a missing value.</summary>
    Missing,

    /// <summary>An infinity, or a number beyond double precision.</summary>
    Infinity,

    /// <summary>Anything else.</summary>
    Text,
}
