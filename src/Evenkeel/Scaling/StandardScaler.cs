using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Normalization;

namespace Evenkeel.Scaling;

/// <summary>Scales each column to mean 0 and standard deviation 1: the z-score.</summary>
/// <remarks>
/// y = (x − mean)/deviation, without unit; y = x − mean for a constant column. The deviation is √(Σ(x − mean)²/n) of the population,
/// or √(Σ(x − mean)²/(n − 1)) of the sample.
/// </remarks>
/// <param name="variance">
/// The estimator of the variance: <see cref="VarianceEstimator.Population"/>, biased, as scikit-learn's; or
/// <see cref="VarianceEstimator.Sample"/>, unbiased, with Bessel's correction.
/// </param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="variance"/> is not a variance estimator.</exception>
public sealed class StandardScaler(VarianceEstimator variance = VarianceEstimator.Population) : MomentsScaler(variance), IScalerKind
{
    static string IScalerKind.Kind => "standard";

    static Scaler IScalerKind.Create(JsonFields settings) => new StandardScaler(settings.Choice<VarianceEstimator>("variance"));

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteString("variance", JsonNames.Of(Variance));

    private protected override (double Center, double Scale, double Shift) Coefficients(int column) =>
        (Moments[column].Mean, Deviation(column), 0);
}
