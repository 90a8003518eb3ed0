namespace Evenkeel.Numerics.Channels;

/// <summary>Whether numbers are finite.</summary>
internal static class Finiteness
{
    /// <summary>Whether none of the elements is NaN or infinite.</summary>
    /// <remarks>No sum of finite single-precision numbers overflows in double precision, so that their sum tells.</remarks>
    public static bool OfAll(ReadOnlySpan<float> x)
    {
        double sum = 0;
        ChannelSums.Compute(x, new ChannelView(1, 1, x.Length), new Span<double>(ref sum));
        return double.IsFinite(sum);
    }
}
