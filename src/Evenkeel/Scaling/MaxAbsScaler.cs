using Evenkeel.Formats;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>Scales each column into [−1, 1], keeping zero at zero.</summary>
/// <remarks>y = x/max|x|, the maximum over the column; y = x for a column of zeros.</remarks>
public sealed class MaxAbsScaler : ExtremaScaler, IScalerKind
{
    static string IScalerKind.Kind => "max-abs";

    static Scaler IScalerKind.Create(JsonFields settings) => new MaxAbsScaler();

    private protected override (double Center, double Scale, double Shift) Coefficients(Extrema extrema) =>
        (0, Math.Max(Math.Abs(extrema.Min), Math.Abs(extrema.Max)), 0);
}
