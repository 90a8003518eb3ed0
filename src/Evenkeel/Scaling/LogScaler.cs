using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Takes the natural logarithm, which turns ratios into differences and shortens a long tail of large values.</summary>
/// <remarks>
/// y = ln(offset + x) for x above −offset; with offset 1, ln(1 + x), accurate for tiny x too. Fitting stores the number of columns,
/// and checks that every element has a logarithm.
/// </remarks>
public sealed class LogScaler : Scaler, IScalerKind
{
    /// <summary>Creates a scaler.</summary>
    /// <param name="offset">The offset, in the unit of x; finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is not finite, or negative.</exception>
    public LogScaler(double offset = 1)
    {
        if (!(offset >= 0 && double.IsFinite(offset)))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must be finite and not negative.");
        }

        Offset = offset;
    }

    /// <summary>The offset that is added to x, in the unit of x.</summary>
    public double Offset { get; }

    static string IScalerKind.Kind => "log";

    static Scaler IScalerKind.Create(JsonFields settings) => new LogScaler(settings.Number("offset"));

    internal override int LearningPasses => 0;

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

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse) => inverse
        ? ColumnLog.Invert(table.Elements, Offset, destination)
        : ColumnLog.Apply(table.Elements, Offset, destination);

    internal override ArgumentException Refusal<T>(in Table<T> table, Rejection rejection, bool inverse, string name)
    {
        if (inverse)
        {
            return base.Refusal(table, rejection, inverse, name);
        }

        // The value is not in the message: if the table is its own destination, it is overwritten.
        (int row, int column) = table.PositionOf(rejection.Index);
        string element = Invariant($"The element in row {row}, column {table.NumberOf(column)} (counted from 0)");
        return new ArgumentException(Invariant($"{element} is infinite or not above {-Offset}: it has no finite logarithm."), name);
    }
}
