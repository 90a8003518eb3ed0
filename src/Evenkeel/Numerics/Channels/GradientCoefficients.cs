using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Channels;

/// <summary>The coefficients of <see cref="ChannelAffineGradient"/>, one of each per set.</summary>
internal readonly ref struct GradientCoefficients
{
    /// <summary>What is subtracted from x.</summary>
    public required ReadOnlySpan<float> Center { get; init; }

    /// <summary>What x − center is multiplied by to give x̃.</summary>
    public required ReadOnlySpan<float> Scale { get; init; }

    /// <summary>What dy is multiplied by.</summary>
    public required ReadOnlySpan<float> GradientScale { get; init; }

    /// <summary>What x̃ is multiplied by.</summary>
    public required ReadOnlySpan<float> DeviationScale { get; init; }

    /// <summary>What is added.</summary>
    public required ReadOnlySpan<float> Shift { get; init; }

    /// <summary>Throws where there is not one of each per set.</summary>
    internal void Check(ChannelView view)
    {
        SpanChecks.Length(Center, view.Sets, "coefficients.Center");
        SpanChecks.Length(Scale, view.Sets, "coefficients.Scale");
        SpanChecks.Length(GradientScale, view.Sets, "coefficients.GradientScale");
        SpanChecks.Length(DeviationScale, view.Sets, "coefficients.DeviationScale");
        SpanChecks.Length(Shift, view.Sets, "coefficients.Shift");
    }
}
