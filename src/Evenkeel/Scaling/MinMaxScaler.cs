using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>Scales each column into a range, [0, 1] by default.</summary>
/// <remarks>
/// y = low + (x − min)·(high − low)/(max − min), with the column's extrema; y = low + x − min for a constant column. Values beyond
/// the fitted extrema fall outside the range, or are clipped to it.
/// </remarks>
public sealed class MinMaxScaler : ExtremaScaler, IScalerKind
{
    /// <summary>Creates a scaler.</summary>
    /// <param name="low">The image of the smallest value, finite.</param>
    /// <param name="high">The image of the largest value, finite and above <paramref name="low"/>.</param>
    /// <param name="clip">True to clip results to the range.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="low"/> is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> − <paramref name="low"/> is not finite.</exception>
    public MinMaxScaler(double low = 0, double high = 1, bool clip = false)
    {
        if (!double.IsFinite(low))
        {
            throw new ArgumentOutOfRangeException(nameof(low), low, "The low end of the range must be finite.");
        }

        if (!(high > low && double.IsFinite(high - low)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(high), high, "The high end of the range must be above its low end, at a finite distance.");
        }

        Low = low;
        High = high;
        Clip = clip;
    }

    /// <summary>The image of the smallest value.</summary>
    public double Low { get; }

    /// <summary>The image of the largest value.</summary>
    public double High { get; }

    /// <summary>True to clip results to the range.</summary>
    public bool Clip { get; }

    static string IScalerKind.Kind => "min-max";

    static Scaler IScalerKind.Create(JsonFields settings) =>
        new MinMaxScaler(settings.Number("low"), settings.Number("high"), settings.Flag("clip"));

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteNumber("low", Low);
        json.WriteNumber("high", High);
        json.WriteBoolean("clip", Clip);
    }

    private protected override (double Low, double High)? Limits => Clip ? (Low, High) : null;

    private protected override (double Center, double Scale, double Shift) Coefficients(Extrema extrema) =>
        (extrema.Min, (extrema.Max - extrema.Min) / (High - Low), Low);

    private protected override bool HasSettingsOf(Scaler other) =>
        other is MinMaxScaler scaler && scaler.Low == Low && scaler.High == High && scaler.Clip == Clip;
}
