using Evenkeel.Formats;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>Brings each column into [−1, 1], and leaves its zero where it is.</summary>
/// <remarks>y = x/max|x|; y = x where all is zero.</remarks>
public sealed class MaxAbsScaler : ExtremaScaler, IScalerKind
{
    static string IScalerKind.Kind => "max-abs";

    static Scaler IScalerKind.Create(JsonFields settings) => new MaxAbsScaler();

    private protected override (double Center, double Scale, double Shift) Coefficients(Extrema extrema) =>
        (0, Math.Max(Math.Abs(extrema.Min), Math.Abs(extrema.Max)), 0);
}
