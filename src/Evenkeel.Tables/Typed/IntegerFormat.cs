using System.Globalization;
using System.Numerics;

namespace Evenkeel.Tables.Typed;

/// <summary>Whole numbers, rounded to the nearest double; their texts have all digits.</summary>
internal readonly struct IntegerFormat<T> : ICellFormat<T>
    where T : struct, IBinaryInteger<T>
{
    /// <inheritdoc/>
    public CellKind Read(T value, out double number)
    {
        number = double.CreateTruncating(value);
        return CellKind.Number;
    }

    /// <inheritdoc/>
    public string Text(T value) => value.ToString(null, CultureInfo.InvariantCulture);
}
