using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Normalization;

namespace Evenkeel.Scaling;

/// <summary>Scales each column to standard deviation 1, keeping zero at zero.</summary>
/// <remarks>y = x/deviation, without unit; y = x for a constant column.</remarks>
/// <param name="variance">
/// The estimator of the variance: <see cref="VarianceEstimator.Population"/>, biased, as scikit-learn's; or
/// <see cref="VarianceEstimator.Sample"/>, unbiased, with Bessel's correction.
/// </param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="variance"/> is not a variance estimator.</exception>
public sealed class UnitVarianceScaler(VarianceEstimator variance = VarianceEstimator.Population) : MomentsScaler(variance), IScalerKind
{
    static string IScalerKind.Kind => "unit-variance";

    static Scaler IScalerKind.Create(JsonFields settings) => new UnitVarianceScaler(settings.Choice<VarianceEstimator>("variance"));

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteString("variance", JsonNames.Of(Variance));

    private protected override (double Center, double Scale, double Shift) Coefficients(int column) => (0, Deviation(column), 0);
}
