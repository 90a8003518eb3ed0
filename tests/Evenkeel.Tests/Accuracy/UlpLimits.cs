namespace Evenkeel.Tests.Accuracy;

/// <summary>The largest errors that the normalizers may have, in units in the last place as <see cref="UlpErrors"/> counts them.</summary>
/// <remarks>A rounding costs half a unit to a whole one of what is rounded, which is no larger than the unit's term.</remarks>
internal static class UlpLimits
{
    /// <summary>Double sums, rounded once.</summary>
    private const double RoundedOnce = 0.501;

    /// <summary>Double sums, not rounded.</summary>
    private const double NotRounded = 0.001;

    /// <summary>The limit for a quantity of a normalizer.</summary>
    public static double Of(Quantity quantity, NormalizerSubject subject) => quantity switch
    {
        // (x − center)·scale + shift: difference, coefficients and result are rounded, seldom all of them by much in the same direction.
        Quantity.Output or Quantity.Inference => subject.WeighsElements ? 3.5 : 2.5,

        // A sum of three products, likewise.
        Quantity.InputGradient => 4.5,
        Quantity.WeightGradient or Quantity.BiasGradient => RoundedOnce,
        Quantity.RunningMean or Quantity.RunningVariance => NotRounded,
        _ => throw new ArgumentOutOfRangeException(nameof(quantity), quantity, "Not a quantity."),
    };
}
