using System.Globalization;

namespace Evenkeel.Tables.Typed;

/// <summary>Texts, and values that are shown as such: truth values, dates, times of day, identifiers.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="format">The format of .NET; null for that of the type.</param>
internal readonly struct TextFormat<T>(string? format) : ICellFormat<T>
{
    /// <inheritdoc/>
    public CellKind Read(T value, out double number)
    {
        number = double.NaN;
        return CellKind.Text;
    }

    /// <inheritdoc/>
    public string Text(T value) => value switch
    {
        string text => text,
        true => "true",
        false => "false",
        IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
