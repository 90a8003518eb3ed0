using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Takes the natural logarithm: brings ratios to distances, and draws in a long tail of large values.</summary>
/// <remarks>
/// y = ln(offset + x), where x is above −offset; with offset 1, ln(1 + x), exact also where x is tiny. Nothing is fitted but the number
/// of columns: fitting makes sure that there is a logarithm of every element.
/// </remarks>
public sealed class LogScaler : Scaler, IScalerKind
{
    /// <summary>Makes a scaler.</summary>
    /// <param name="offset">What is added before the logarithm is taken, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is not finite, or negative.</exception>
    public LogScaler(double offset = 1)
    {
        if (!(offset >= 0 && double.IsFinite(offset)))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must be finite and not negative.");
        }

        Offset = offset;
    }

    /// <summary>What is added before the logarithm is taken.</summary>
    public double Offset { get; }

    static string IScalerKind.Kind => "log";

    static Scaler IScalerKind.Create(JsonFields settings) => new LogScaler(settings.Number("offset"));

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteNumber("offset", Offset);

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
    }

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        int refused = ColumnLog.FirstRefused(table.Elements, Offset);
        if (refused >= 0)
        {
            throw Refusal(table, refused, inverse: false, nameof(table));
        }
    }

    private protected override void MergeStatistics(Scaler other)
    {
    }

    private protected override bool HasSettingsOf(Scaler other) => ((LogScaler)other).Offset == Offset;

    private protected override int Map<T>(in Table<T> table, Span<T> destination, bool inverse) => inverse
        ? ColumnLog.Invert(table.Elements, Offset, destination)
        : ColumnLog.Apply(table.Elements, Offset, destination);

    internal override ArgumentException Refusal<T>(in Table<T> table, int index, bool inverse, string name)
    {
        if (inverse)
        {
            return base.Refusal(table, index, inverse, name);
        }

        // Where the table is its own destination, the element is not what it was.
        (int row, int column) = table.PositionOf(index);
        return new ArgumentException(
            Invariant($"The element in row {row}, column {table.NumberOf(column)} (counted from 0) is infinite or not above {-Offset}: there is no logarithm of it."),
            name);
    }
}
