using System.Globalization;

namespace Evenkeel.Tables.Typed;

/// <summary>Decimal numbers, as their text is read: the conversion of .NET is not rounded correctly.</summary>
internal readonly struct DecimalFormat : ICellFormat<decimal>
{
    private const decimal One = 1.0000000000000000000000000000m;

    /// <inheritdoc/>
    public CellKind Read(decimal value, out double number)
    {
        number = double.Parse(Text(value), CultureInfo.InvariantCulture);
        return CellKind.Number;
    }

    /// <inheritdoc/>
    public string Text(decimal value) => (value / One).ToString(CultureInfo.InvariantCulture); // without zeros at its end
}
