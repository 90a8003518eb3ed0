using System.Globalization;

namespace Evenkeel.Training;

/// <summary>The largest error that <see cref="GradientCheck"/> found in the gradient of one tensor.</summary>
/// <param name="Name">The tensor: <c>input</c>, <c>output</c> of a network, checked through its loss, or a parameter's path.</param>
/// <param name="RelativeError">
/// The error |backward − difference| relative to the largest |backward| or |difference| of the tensor's checked elements. It is NaN if
/// one of these is.
/// </param>
/// <param name="Index">The index of the element with the largest error, one number per axis.</param>
/// <param name="Backward">The gradient of that element by the backward pass.</param>
/// <param name="Difference">The gradient of that element by central differences.</param>
public sealed record GradientError(string Name, double RelativeError, IReadOnlyList<nint> Index, double Backward, double Difference)
{
    /// <summary>"weight[3, 0]: backward 0.25, central difference 0.2501, relative error 0.0004".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}[{string.Join(", ", Index)}]: backward {Backward:G4}, central difference {Difference:G4}, "
        + $"relative error {RelativeError:G2}");
}
