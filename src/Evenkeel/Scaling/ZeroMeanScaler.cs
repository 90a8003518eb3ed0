using Evenkeel.Formats;
using Evenkeel.Normalization;

namespace Evenkeel.Scaling;

/// <summary>Shifts each column to mean 0, keeping its spread.</summary>
/// <remarks>y = x − mean.</remarks>
public sealed class ZeroMeanScaler() : MomentsScaler(VarianceEstimator.Population), IScalerKind
{
    static string IScalerKind.Kind => "zero-mean";

    static Scaler IScalerKind.Create(JsonFields settings) => new ZeroMeanScaler();

    private protected override (double Center, double Scale, double Shift) Coefficients(int column) =>
        (Moments[column].Mean, Deviation(column) == 0 ? 0 : 1, 0);
}
