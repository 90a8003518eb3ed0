using System.Runtime.CompilerServices;

namespace Evenkeel.Layers.Activations;

/// <summary>Checks of the settings of activation functions.</summary>
internal static class ActivationSettings
{
    /// <summary>Returns the value, or throws if it is not finite.</summary>
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) => double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The value must be finite.");
}
