namespace Evenkeel.Studies.Harness;

/// <summary>A quantity in the table.</summary>
/// <param name="Quantity">The quantity, of which a run's last number counts.</param>
/// <param name="Format">How its numbers are written, such as "P1" or "G3".</param>
internal readonly record struct QuantityColumn(string Quantity, string Format);
