using System.Runtime.CompilerServices;

namespace Evenkeel.Normalization;

/// <summary>Neighbouring sets of which a policy says how they are normalized; see <see cref="SetNormalizer.Forward"/>.</summary>
internal readonly ref struct ForwardSets
{
    /// <summary>Their means.</summary>
    public required Span<double> Mean { get; init; }

    /// <summary>1/√(σ² + ε) of each.</summary>
    public required Span<double> Inverse { get; init; }

    /// <summary>What is subtracted from x.</summary>
    public required Span<float> Center { get; init; }

    /// <summary>What the difference is multiplied by.</summary>
    public required Span<float> Scale { get; init; }

    /// <summary>What is added.</summary>
    public required Span<float> Shift { get; init; }

    /// <summary>Says how the i-th of them is normalized: x̂ = (x − mean)·inverse; y = scale·x̂ + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int i, double mean, double inverse, double scale, double shift)
    {
        Mean[i] = mean;
        Inverse[i] = inverse;

        // The center is the mean in single precision, and the shift makes up for its rounding: so a large mean does not
        // drown a small deviation.
        double center = (float)mean;
        Center[i] = (float)mean;
        Scale[i] = (float)(scale * inverse);
        Shift[i] = (float)(shift - (mean - center) * (scale * inverse));
    }
}
