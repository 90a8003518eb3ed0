using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Onnx.Writing;

/// <summary>The weights of linear layers in the order in which files have them.</summary>
internal static class LinearWeights
{
    /// <summary>W [out, in], with the inputs in the order of the file.</summary>
    /// <param name="linear">The layer.</param>
    /// <param name="images">
    /// The shape [*, C] of the images that the inputs are made of, if the file has their channels first; else null.
    /// </param>
    public static ReadOnlySpan<float> InFileOrder(Linear linear, nint[]? images)
    {
        ReadOnlySpan<float> weights = linear.Weight.Value.Elements();
        if (images is null)
        {
            return weights;
        }

        int channels = (int)images[^1], pixels = linear.Inputs / channels;
        var ordered = new float[weights.Length];
        for (int row = 0; row < weights.Length; row += linear.Inputs)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    ordered[row + channel * pixels + pixel] = weights[row + pixel * channels + channel];
                }
            }
        }

        return ordered;
    }

    /// <summary>Wᵀ [in, out].</summary>
    public static ReadOnlySpan<float> Transposed(Linear linear)
    {
        ReadOnlySpan<float> weights = linear.Weight.Value.Elements();
        var transposed = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            transposed[i % linear.Inputs * linear.Outputs + i / linear.Inputs] = weights[i];
        }

        return transposed;
    }
}
