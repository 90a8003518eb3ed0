namespace Evenkeel.Data;

/// <summary>Images, each of one of several classes: some to learn from, and others to be tested on.</summary>
/// <param name="Train">What to learn from: inputs [N, height, width, channels] from 0 to 1, labels [N].</param>
/// <param name="Test">What to test on, of the same shapes.</param>
/// <param name="Height">Every image's height, in pixels.</param>
/// <param name="Width">Every image's width, in pixels.</param>
/// <param name="Channels">Every pixel's numbers: 1 for grey, 3 for red, green and blue.</param>
/// <param name="Classes">How many classes there are: labels are from 0 to one less.</param>
public sealed record ImageClassificationData(
    Dataset<int> Train, Dataset<int> Test, int Height, int Width, int Channels, int Classes);
