using System.CommandLine;
using System.CommandLine.Parsing;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--augment</c>: random changes of the training images.</summary>
internal static class AugmentOption
{
    private const int Padding = 4;
    private const string Crop = "crop";
    private const string Flip = "flip";

    /// <summary><c>--augment crop,flip</c>.</summary>
    public static Option<ImageAugmentation?> Create() => new("--augment")
    {
        Description = "Random changes of the images of each step: crop shifts them by up to 4 pixels, flip mirrors them left to right, "
            + "crop,flip does both (default: none).",
        HelpName = "WORD,WORD",
        CustomParser = Parse,
    };

    /// <summary>Refuses images that are too small to be shifted.</summary>
    /// <exception cref="UsageException">The images are too small.</exception>
    public static void Check(ImageAugmentation? augmentation, ImageClassificationData images)
    {
        if (augmentation is { Padding: > 0 } && Math.Min(images.Height, images.Width) <= Padding)
        {
            throw new UsageException(
                Invariant($"--augment crop shifts images by up to {Padding} pixels; ")
                + Invariant($"images of {images.Height}×{images.Width} are too small for it."));
        }
    }

    private static ImageAugmentation? Parse(ArgumentResult result)
    {
        string text = SharedOptions.Text(result);
        string[] words = text.Split(',');
        if (words.Except([Crop, Flip], StringComparer.Ordinal).Any() || words.Distinct().Count() < words.Length)
        {
            result.AddError($"--augment '{text}' must be crop, flip or crop,flip.");
            return null;
        }

        return new ImageAugmentation { Padding = words.Contains(Crop) ? Padding : 0, Mirror = words.Contains(Flip) };
    }
}
