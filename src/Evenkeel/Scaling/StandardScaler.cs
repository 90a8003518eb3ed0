using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Normalization;

namespace Evenkeel.Scaling;

/// <summary>The z-score: brings each column to mean 0 and standard deviation 1.</summary>
/// <remarks>y = (x − mean)/deviation; y = x − mean where the column is constant.</remarks>
/// <param name="variance">Whether the deviation is the population's (as scikit-learn's) or the sample's.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such estimator.</exception>
public sealed class StandardScaler(VarianceEstimator variance = VarianceEstimator.Population) : MomentsScaler(variance), IScalerKind
{
    static string IScalerKind.Kind => "standard";

    static Scaler IScalerKind.Create(JsonFields settings) => new StandardScaler(settings.Choice<VarianceEstimator>("variance"));

    internal override void WriteSettings(Utf8JsonWriter json) => json.WriteString("variance", JsonNames.Of(Variance));

    private protected override (double Center, double Scale, double Shift) Coefficients(int column) =>
        (Moments[column].Mean, Deviation(column), 0);
}
