using Evenkeel.Layers;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>A scale of pixels: (pixel − mean)/std for each channel, with pixels in [0, 1].</summary>
/// <param name="Mean">The mean of each channel, or one for all.</param>
/// <param name="Std">The standard deviation of each channel, or one for all.</param>
internal sealed record PixelScaling(double[] Mean, double[] Std)
{
    /// <summary>The layer that scales images [N, height, width, channels]; it is not trained.</summary>
    public ChannelAffine ToLayer(int channels)
    {
        var affine = new ChannelAffine(channels, channelAxis: -1);
        for (int c = 0; c < channels; c++)
        {
            double std = Std[Math.Min(c, Std.Length - 1)];
            affine.Weight.Values[c] = (float)(1 / std);
            affine.Bias!.Values[c] = (float)(-Mean[Math.Min(c, Mean.Length - 1)] / std);
        }

        affine.SetTrainable(false);
        return affine;
    }
}
