using System.CommandLine;
using System.CommandLine.Parsing;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--augment</c>: what is done to images in training.</summary>
internal static class AugmentOption
{
    private const int Padding = 4;
    private const string Crop = "crop";
    private const string Flip = "flip";

    /// <summary><c>--augment crop,flip</c>.</summary>
    public static Option<ImageAugmentation?> Create() => new("--augment")
    {
        Description = "What is done at random to the images of each step: crop, shifted by up to 4 pixels; flip, mirrored left to right; "
            + "or both, as in crop,flip (default: nothing).",
        HelpName = "WORD,WORD",
        CustomParser = Parse,
    };

    /// <summary>Refuses images that are too small to be shifted.</summary>
    /// <exception cref="UsageException">They are.</exception>
    public static void Check(ImageAugmentation? augmentation, ImageClassificationData images)
    {
        if (augmentation is { Padding: > 0 } && Math.Min(images.Height, images.Width) <= Padding)
        {
            throw new UsageException(FormattableString.Invariant(
                $"--augment crop shifts images by up to {Padding} pixels, and these have {images.Height}×{images.Width}."));
        }
    }

    private static ImageAugmentation? Parse(ArgumentResult result)
    {
        string text = SharedOptions.Text(result);
        string[] words = text.Split(',');
        if (words.Except([Crop, Flip], StringComparer.Ordinal).Any() || words.Distinct().Count() < words.Length)
        {
            result.AddError($"--augment '{text}' must be crop or flip or crop,flip.");
            return null;
        }

        return new ImageAugmentation { Padding = words.Contains(Crop) ? Padding : 0, Mirror = words.Contains(Flip) };
    }
}
