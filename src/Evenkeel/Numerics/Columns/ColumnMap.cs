namespace Evenkeel.Numerics.Columns;

/// <summary>The coefficients of y = (x − center)/scale + shift: one of each per column.</summary>
internal readonly ref struct ColumnMap(ReadOnlySpan<double> center, ReadOnlySpan<double> scale, ReadOnlySpan<double> shift)
{
    public ReadOnlySpan<double> Center { get; } = center;

    public ReadOnlySpan<double> Scale { get; } = scale;

    public ReadOnlySpan<double> Shift { get; } = shift;
}
