namespace Evenkeel.Tables.Typed;

/// <summary>How the values of a type are numbers, or texts.</summary>
/// <typeparam name="T">The type.</typeparam>
internal interface ICellFormat<T>
{
    /// <summary>What a value is.</summary>
    /// <param name="value">The value.</param>
    /// <param name="number">The number; NaN if it is not a finite number.</param>
    CellKind Read(T value, out double number);

    /// <summary>The text of a value.</summary>
    string Text(T value);
}
