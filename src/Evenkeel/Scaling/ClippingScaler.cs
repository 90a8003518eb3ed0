using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;

namespace Evenkeel.Scaling;

/// <summary>Clips the values of all columns to a range.</summary>
/// <remarks>
/// y = low where x &lt; low, high where x &gt; high, else x. Fitting stores the number of columns, and checks for infinities. The inverse
/// changes nothing: what was clipped stays at the end of the range.
/// </remarks>
public sealed class ClippingScaler : Scaler, IScalerKind
{
    /// <summary>Creates a scaler.</summary>
    /// <param name="low">The lower end of the range, in the unit of x; −∞ for none.</param>
    /// <param name="high">The upper end, in the unit of x, at least <paramref name="low"/>; ∞ for none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="low"/> is NaN or ∞.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is NaN, −∞ or below <paramref name="low"/>.</exception>
    public ClippingScaler(double low, double high)
    {
        if (double.IsNaN(low) || double.IsPositiveInfinity(low))
        {
            throw new ArgumentOutOfRangeException(nameof(low), low, "The lower end of the range must be finite, or −∞ for none.");
        }

        if (!(high >= low) || double.IsNegativeInfinity(high))
        {
            throw new ArgumentOutOfRangeException(
                nameof(high), high, "The upper end of the range must be at least its lower end, or ∞ for none.");
        }

        Low = low;
        High = high;
    }

    /// <summary>The lower end of the range; −∞ if there is none.</summary>
    public double Low { get; }

    /// <summary>The upper end of the range; ∞ if there is none.</summary>
    public double High { get; }

    static string IScalerKind.Kind => "clip";

    static Scaler IScalerKind.Create(JsonFields settings) => new ClippingScaler(
        settings.NumberOrNull("low") ?? double.NegativeInfinity, settings.NumberOrNull("high") ?? double.PositiveInfinity);

    internal override int LearningPasses => 0;

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        Write(json, "low", Low);
        Write(json, "high", High);
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
    }

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns)
    {
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh) =>
        table.RefuseInfinity(nameof(table));

    private protected override void MergeStatistics(Scaler other)
    {
    }

    private protected override bool HasSettingsOf(Scaler other) =>
        other is ClippingScaler scaler && scaler.Low == Low && scaler.High == High;

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse) => ColumnFunction.Apply(
        table.Elements,
        table.View,
        inverse ? new Clip(double.NegativeInfinity, double.PositiveInfinity) : new Clip(Low, High),
        destination);

    private static void Write(Utf8JsonWriter json, string name, double end)
    {
        if (double.IsInfinity(end))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, end);
        }
    }

    private readonly struct Clip(double low, double high) : IColumnFunction
    {
        public bool Rejects(int column, double x) => double.IsInfinity(x);

        public double Value(int column, double x) => x < low ? low : x > high ? high : x;
    }
}
