namespace Evenkeel.Numerics.Inference;

/// <summary>Columns of a packed panel.</summary>
/// <param name="Column">The panel's first column.</param>
/// <param name="Offset">The distance from that to the first of these columns.</param>
/// <param name="Columns">Their number.</param>
/// <param name="Stride">The distance from a row of the panel to the next.</param>
internal readonly record struct PanelPart(int Column, int Offset, int Columns, int Stride);
