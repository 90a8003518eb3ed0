using Evenkeel.Normalization;

namespace Evenkeel.Scaling;

/// <summary>The z-score: brings each column to mean 0 and standard deviation 1.</summary>
/// <remarks>y = (x − mean)/deviation; y = x − mean where the column is constant.</remarks>
/// <param name="variance">Whether the deviation is the population's (as scikit-learn's) or the sample's.</param>
/// <exception cref="ArgumentOutOfRangeException">There is no such estimator.</exception>
public sealed class StandardScaler(VarianceEstimator variance = VarianceEstimator.Population) : MomentsScaler(variance)
{
    private protected override (double Center, double Scale, double Shift) Coefficients(int column) =>
        (Moments[column].Mean, Deviation(column), 0);
}
