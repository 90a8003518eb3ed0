namespace Evenkeel.Numerics.Inference;

/// <summary>The order of the weights of filters.</summary>
internal static class ImageFilters
{
    /// <summary>Turns filters [outputs, inputs, taps] into [outputs, taps, inputs].</summary>
    public static float[] ChannelLast(ReadOnlySpan<float> filters, int outputs, int inputs, int taps)
    {
        float[] ordered = new float[filters.Length];
        for (int output = 0; output < outputs; output++)
        {
            ReadOnlySpan<float> from = filters.Slice(output * inputs * taps, inputs * taps);
            Span<float> to = ordered.AsSpan(output * inputs * taps, inputs * taps);
            for (int input = 0; input < inputs; input++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    to[tap * inputs + input] = from[input * taps + tap];
                }
            }
        }

        return ordered;
    }
}
