using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>Brings each column into a range.</summary>
/// <remarks>
/// y = low + (x − min)·(high − low)/(max − min); y = low + x − min where the column is constant. Data beyond what was fitted falls
/// outside the range, or is clipped to it.
/// </remarks>
public sealed class MinMaxScaler : ExtremaScaler, IScalerKind
{
    /// <summary>Makes a scaler.</summary>
    /// <param name="low">Where the smallest value comes to lie, finite.</param>
    /// <param name="high">Where the largest value comes to lie, finite and above <paramref name="low"/>.</param>
    /// <param name="clip">Whether what falls outside is brought to the nearer end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not finite, or empty.</exception>
    public MinMaxScaler(double low = 0, double high = 1, bool clip = false)
    {
        if (!double.IsFinite(low))
        {
            throw new ArgumentOutOfRangeException(nameof(low), low, "The range's ends must be finite.");
        }

        if (!(high > low && double.IsFinite(high - low)))
        {
            throw new ArgumentOutOfRangeException(nameof(high), high, "The range's high end must be finite and above its low end.");
        }

        Low = low;
        High = high;
        Clip = clip;
    }

    /// <summary>Where the smallest value comes to lie.</summary>
    public double Low { get; }

    /// <summary>Where the largest value comes to lie.</summary>
    public double High { get; }

    /// <summary>Whether what falls outside is brought to the nearer end.</summary>
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
