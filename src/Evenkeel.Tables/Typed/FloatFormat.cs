using System.Globalization;
using System.Numerics;

namespace Evenkeel.Tables.Typed;

/// <summary>Floating-point numbers; NaN is a missing value.</summary>
internal readonly struct FloatFormat<T> : ICellFormat<T>
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public CellKind Read(T value, out double number)
    {
        number = double.CreateTruncating(value);
        if (double.IsFinite(number))
        {
            return CellKind.Number;
        }

        bool isMissing = double.IsNaN(number);
        number = double.NaN;
        return isMissing ? CellKind.Missing : CellKind.Infinity;
    }

    /// <inheritdoc/>
    public string Text(T value) => value.ToString("R", CultureInfo.InvariantCulture);
}
