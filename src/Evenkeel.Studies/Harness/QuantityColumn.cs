namespace Evenkeel.Studies.Harness;

/// <summary>A column of the table that shows a quantity.</summary>
/// <param name="Quantity">The quantity; a run counts with its last number.</param>
/// <param name="Format">The number format, such as "P1" or "G3".</param>
internal readonly record struct QuantityColumn(string Quantity, string Format);
