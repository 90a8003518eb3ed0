using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Normalization;

namespace Evenkeel.Scaling;

/// <summary>Brings each column to standard deviation 1, and leaves its zero where it is.</summary>
/// <remarks>y = x/deviation; y = x where the column is constant.</remarks>
/// <param name="variance">Whether the deviation is the population's or the sample's.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such estimator.</exception>
public sealed class UnitVarianceScaler(VarianceEstimator variance = VarianceEstimator.Population) : MomentsScaler(variance), IScalerKind
{
    static string IScalerKind.Kind => "unit-variance";

    static Scaler IScalerKind.Create(JsonFields settings) => new UnitVarianceScaler(settings.Choice<VarianceEstimator>("variance"));

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteString("variance", JsonNames.Of(Variance));

    private protected override (double Center, double Scale, double Shift) Coefficients(int column) => (0, Deviation(column), 0);
}
